/** Bounds a conversation with Temporal by a time and by the caller's AbortSignal. */

export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. What was asked of the engine may still happen. */
  signal?: AbortSignal | undefined;
  /** How long to wait, in milliseconds. `Infinity` waits without an end. */
  timeoutMs?: number | undefined;
}

/** A timer of Node's overflows beyond this, and would end at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Answers what `work` answers. Rejects with the signal's reason once it is aborted, and with what `late` makes once the
 * time is up. `work` is given a signal that ends it in both cases, but is not waited for: between two attempts the gRPC
 * client does not notice that it was cancelled.
 */
export async function within<Result>(
  { signal, timeoutMs = Infinity }: CallOptions,
  late: (timeoutMs: number) => Promise<Error>,
  work: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const timer = AbortSignal.timeout(Math.min(timeoutMs, LONGEST_TIMEOUT_MS));
  const stop = signal === undefined ? timer : AbortSignal.any([signal, timer]);
  try {
    return await Promise.race([work(stop), rejectOnAbort(stop)]);
  } catch (error) {
    signal?.throwIfAborted();
    throw timer.aborted ? await late(timeoutMs) : error;
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
