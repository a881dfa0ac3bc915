import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../src/domain/message-of.ts';

/** Deadlines of conditions are meant for a quiet machine. A busy one gets a multiple of them: only a defect pays for that. */
const PATIENCE = 6;
/** Within the time that Jest gives a test, so that the error still says what was waited for. */
const MAX_WAIT_MS = 180_000;

/** Between two looks passes a tenth of the time that was waited, within these bounds: looks take the processor from what is waited for. */
const SOONEST_LOOK_MS = 20;
const LATEST_LOOK_MS = 100;

/** The promise's answer, or an error that tells what was waited for when it takes longer than `ms`. */
export async function deadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain for ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until a window has closed: until the clock shows more than `atMs`, Unix milliseconds. */
export async function untilPast(atMs: number): Promise<void> {
  while (Date.now() <= atMs) await sleep(atMs - Date.now() + 1);
}

/**
 * Calls `fn` again and again until it neither throws nor answers undefined, null or false, and answers what it answered. When the time is up, it throws what `fn` threw
 * last, with what was waited for. Where the time itself is what is promised, put a `deadline` around it.
 */
export async function eventually<T>(
  fn: () => T | Promise<T>,
  { withinMs, what }: { withinMs: number; what: string },
): Promise<NonNullable<Exclude<T, false>>> {
  const patientMs = Math.max(withinMs, Math.min(withinMs * PATIENCE, MAX_WAIT_MS));
  const startedAt = Date.now();
  const giveUpAt = startedAt + patientMs;
  let last: unknown = new Error('the first look did not end');
  const looks = async () => {
    while (Date.now() < giveUpAt) {
      try {
        const answer = await fn();
        if (answer !== undefined && answer !== null && answer !== false)
          return answer as NonNullable<Exclude<T, false>>;
        last = new Error(`it is ${String(answer)}`);
      } catch (error) {
        last = error;
      }
      await sleep(Math.min(Math.max((Date.now() - startedAt) / 10, SOONEST_LOOK_MS), LATEST_LOOK_MS));
    }
    throw last;
  };
  try {
    return await deadline(looks(), patientMs, what);
  } catch {
    throw new Error(`Waited ${patientMs} ms in vain for ${what}: ${messageOf(last)}`, { cause: last });
  }
}
