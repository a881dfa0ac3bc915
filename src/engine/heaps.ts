/** How the process's JavaScript heaps grow: the main thread has one, and Temporal's workflow thread another. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';

const MIB = 1024 * 1024;
/** Of the limit that V8 states, what it counts for new objects alone. */
const NEW_OBJECTS_MIB = 192;
/** What the workflow thread needs before it has any workflow: the SDK, XState and our code. */
const BASE_MIB = 100;
/** Of one open order's workflow, with the garbage that a heap collects before it is cleaned. */
const WORKFLOW_MIB = 0.4;
/**
 * With 10,000 open orders the process has 851 MiB with room for 1,500 of them, and 700 with room for 1,000; half of 30 fills
 * a second are committed within 55 and 66 ms. It may have 800 MiB.
 */
const MAX_WORKFLOWS = 1_250;
/** A worker that keeps none replays a history for each task. */
const MIN_WORKFLOWS = 50;

/**
 * To be called before the workflow thread is started. With 2,000 open orders the process had 783 MiB instead of 1,189,
 * for 1.5 % more processor time (replays). Set here and not on a command line, so that however the worker is started it
 * has the same limits: V8 heeds the first at each collection, the second in every heap that is made later.
 */
export function limitHeaps(): void {
  // With much memory in the machine V8 lets a heap grow to a multiple of what is alive before it collects all garbage: the
  // workflow thread's was seen with 562 MiB where 252 were alive; now it has a quarter more.
  setFlagsFromString('--heap-growing-percent=25');
  // New objects have two such spaces, all of which are in use sooner or later: 32 MiB in place of 128 in that thread.
  setFlagsFromString('--max-semi-space-size=16');
}

/**
 * How many workflows a worker keeps in memory. An order outside of the cache costs a replay, not a failure; a heap that is
 * full ends the process. V8 takes the heap's limit from the memory of the machine or the container, or from
 * `NODE_OPTIONS=--max-old-space-size=…` (in MiB).
 */
export function cachedWorkflows(heapLimitMib = getHeapStatistics().heap_size_limit / MIB): number {
  const room = Math.floor((heapLimitMib - NEW_OBJECTS_MIB - BASE_MIB) / WORKFLOW_MIB);
  return Math.max(MIN_WORKFLOWS, Math.min(room, MAX_WORKFLOWS));
}
