/**
 * Time as the simulated code sees it: `Date`, timers and `performance` are those of the life that is being simulated, and
 * `Date` is skewed like the clock of the process on whose behalf the code runs. Elsewhere they are as ever.
 */
import { here, type Scheduler, type SimulatedTimer } from './scheduler.ts';

const RealDate = Date;
const realSetTimeout = setTimeout;
const realClearTimeout = clearTimeout;
const realSetImmediate = setImmediate;
const realPerformanceNow = performance.now.bind(performance);

let scheduler: Scheduler | null = null;

export function useScheduler(next: Scheduler | null): void {
  scheduler = next;
}

/** Resolves when all that can go on without an event has gone on: ticks of Node's come after every promise. */
export function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Lets the process do what it does between events. */
export function rested(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

export function realNowMs(): number {
  return realPerformanceNow();
}

function nowMs(): number {
  const at = here.getStore();
  return at === undefined || scheduler === null ? RealDate.now() : scheduler.nowMs + at.process.skewMs;
}

class VirtualDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? nowMs() : given[0]);
  }

  static override now(): number {
    return nowMs();
  }
}

function virtualSetTimeout(act: () => void, delayMs = 0): unknown {
  const at = here.getStore();
  if (at === undefined || scheduler === null) return realSetTimeout(act, delayMs);
  return scheduler.wait(delayMs, at.process, () => here.run(at, act));
}

function virtualSetInterval(act: () => void, everyMs: number): unknown {
  const at = here.getStore();
  const own = scheduler;
  if (at === undefined || own === null) throw new Error('an interval outside of the simulation');
  const interval = { isCancelled: false, timer: null as SimulatedTimer | null };
  const next = (): void => {
    interval.timer = own.wait(everyMs, at.process, () => {
      here.run(at, act);
      if (!interval.isCancelled) next();
    });
  };
  next();
  return interval;
}

function virtualClear(timer: unknown): void {
  if (typeof timer !== 'object' || timer === null) return;
  if (!('isCancelled' in timer)) return realClearTimeout(timer as NodeJS.Timeout);
  timer.isCancelled = true;
  if ('timer' in timer) virtualClear(timer.timer);
}

function virtualAbortTimeout(delayMs: number): AbortSignal {
  const late = new AbortController();
  virtualSetTimeout(() => late.abort(new DOMException('it took too long', 'TimeoutError')), delayMs);
  return late.signal;
}

/** Once for the process, before the simulated code is loaded. */
export function installVirtualTime(): void {
  Object.assign(globalThis, {
    Date: VirtualDate,
    setTimeout: virtualSetTimeout,
    clearTimeout: virtualClear,
    setInterval: virtualSetInterval,
    clearInterval: virtualClear,
  });
  AbortSignal.timeout = virtualAbortTimeout;
  performance.now = () =>
    here.getStore() === undefined || scheduler === null ? realPerformanceNow() : scheduler.nowMs;
}
