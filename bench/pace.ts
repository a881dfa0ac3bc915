/** A steady pace that does not wait for answers, and waiting with a deadline. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `act` a number of times at a steady pace, however long each takes. Resolves after the last call; rejects when the signal is aborted. */
export async function atRate(
  perSecond: number,
  times: number,
  signal: AbortSignal,
  act: (index: number) => void,
): Promise<void> {
  const startedMs = performance.now();
  for (let index = 0; index < times; index += 1) {
    const waitMs = startedMs + (index * 1_000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs, signal);
    act(index);
  }
}

/** Rejects with the signal's reason when it is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

export interface Wait {
  withinMs: number;
  /** Default 250. */
  everyMs?: number;
  signal: AbortSignal;
  /** Called every ten seconds during the wait. */
  onLongWait?: () => void;
}

const LONG_WAIT_MS = 10_000;

/** Polls until the answer is true or the time is up, and returns the last answer. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 250, signal, onLongWait }: Wait,
): Promise<boolean> {
  const giveUpAtMs = Date.now() + withinMs;
  let reportedAtMs = Date.now();
  while (!(await isSo())) {
    if (Date.now() > giveUpAtMs) return false;
    if (Date.now() - reportedAtMs > LONG_WAIT_MS) {
      reportedAtMs = Date.now();
      onLongWait?.();
    }
    await pause(everyMs, signal);
  }
  return true;
}
