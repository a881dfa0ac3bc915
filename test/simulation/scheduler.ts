/** What happens next, on a virtual clock. Nothing happens but by an event of this queue, and one at a time. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Whatever has a clock and may die: a worker, the database, the exchange, Temporal. */
export interface Process {
  readonly name: string;
  /** How far its clock is ahead. */
  readonly skewMs: number;
  isAlive: boolean;
}

/** On whose behalf code runs; follows it through its promises. */
export interface Here {
  process: Process;
  /** A Run, a CancellationScope and an ActivityContext, which those who made them know. */
  run?: object;
  scope?: object;
  activity?: object;
}

export const here = new AsyncLocalStorage<Here>();

export interface SimulatedTimer {
  atMs: number;
  /** Earlier than `atMs` where the wait was made longer. */
  dueMs: number;
  order: number;
  owner: Process;
  isCancelled: boolean;
  act: () => void;
}

export class Scheduler {
  nowMs: number;
  #leastWaitMs = 0;
  readonly #heap: SimulatedTimer[] = [];
  #count = 0;

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  /** Nothing happens of it if its owner is dead by then. */
  after(delayMs: number, owner: Process, act: () => void): SimulatedTimer {
    const atMs = this.nowMs + Math.max(0, delayMs);
    this.#count += 1;
    const timer = { atMs, dueMs: atMs, order: this.#count, owner, isCancelled: false, act };
    this.#push(timer);
    return timer;
  }

  /** A wait of the simulated code. */
  wait(delayMs: number, owner: Process, act: () => void): SimulatedTimer {
    const timer = this.after(Math.max(delayMs, this.#leastWaitMs), owner, act);
    timer.dueMs = this.nowMs + delayMs;
    return timer;
  }

  get leastWaitMs(): number {
    return this.#leastWaitMs;
  }

  /** No wait is shorter: while nothing happens to an order, a year takes fewer steps. With 0 each ends when it is due again. */
  set leastWaitMs(ms: number) {
    this.#leastWaitMs = ms;
    if (ms > 0) return;
    for (const timer of this.#heap) timer.atMs = Math.max(this.nowMs, Math.min(timer.atMs, timer.dueMs));
    // What is in order is a heap.
    this.#heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** The next event that is to happen; the clock is then at its time. */
  next(): SimulatedTimer | null {
    for (;;) {
      const timer = this.#pop();
      if (timer === undefined) return null;
      if (timer.isCancelled || !timer.owner.isAlive) continue;
      this.nowMs = Math.max(this.nowMs, timer.atMs);
      return timer;
    }
  }

  #push(timer: SimulatedTimer): void {
    const heap = this.#heap;
    let index = heap.length;
    for (let parent = (index - 1) >> 1; index > 0; parent = (index - 1) >> 1) {
      const above = heap[parent];
      if (above === undefined || !isBefore(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): SimulatedTimer | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const leftIndex = index * 2 + 1;
      const [left, right] = [heap[leftIndex], heap[leftIndex + 1]];
      const isRight = left !== undefined && right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = isRight ? leftIndex + 1 : leftIndex;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: SimulatedTimer, b: SimulatedTimer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
