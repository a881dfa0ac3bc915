/** Bounds a call by a time and by the caller's AbortSignal, and repeats it after errors that can pass. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderSyncError } from './errors.ts';

export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. What was asked of the engine may still happen. */
  signal?: AbortSignal | undefined;
  /** How long to wait, in milliseconds. `Infinity` waits without an end. */
  timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** A timer of Node's overflows beyond this, and would end at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const FIRST_RETRY_AFTER_MS = 100;
const MAX_INTERVAL_MS = 1_000;

/** Makes the error that a call rejects with when its time is up. */
type TimeoutError = (timeoutMs: number) => Error | Promise<Error>;

/**
 * Answers what `attempt` answers. After an error that can pass `attempt` is called again, until the time is up; then the
 * call rejects with the last of these errors, or with `timeoutError` where there was none. `timeoutError` is called in either case.
 */
export function withRetries<Result>(
  options: CallOptions,
  attempt: (stop: AbortSignal) => Promise<Result>,
  timeoutError: TimeoutError,
): Promise<Result> {
  let last: OrderSyncError | null = null;
  const retry = async (stop: AbortSignal): Promise<Result> => {
    for (let intervalMs = FIRST_RETRY_AFTER_MS; ; intervalMs = Math.min(intervalMs * 2, MAX_INTERVAL_MS)) {
      try {
        return await attempt(stop);
      } catch (error) {
        stop.throwIfAborted();
        if (!(error instanceof OrderSyncError) || !error.retryable) throw error;
        last = error;
      }
      await sleep(intervalMs, undefined, { signal: stop });
    }
  };
  return withTimeout(options, retry, async (timeoutMs) => {
    const late = await timeoutError(timeoutMs);
    return last ?? late;
  });
}

/**
 * Answers what `work` answers. Rejects with the signal's reason once it is aborted, and with `timeoutError` once the time
 * is up. `work` is given a signal that ends it in both cases, but is not waited for: between two attempts the gRPC client
 * does not notice that it was cancelled.
 */
export async function withTimeout<Result>(
  { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions,
  work: (stop: AbortSignal) => Promise<Result>,
  timeoutError: TimeoutError,
): Promise<Result> {
  signal?.throwIfAborted();
  const timer = AbortSignal.timeout(Math.min(timeoutMs, MAX_TIMEOUT_MS));
  const stop = signal === undefined ? timer : AbortSignal.any([signal, timer]);
  try {
    return await Promise.race([work(stop), rejectOnAbort(stop)]);
  } catch (error) {
    signal?.throwIfAborted();
    throw timer.aborted ? await timeoutError(timeoutMs) : error;
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
