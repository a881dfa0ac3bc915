/** Attempts that outlive an absence of Temporal or of the workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderSyncError } from './errors.ts';

const FIRST_RETRY_AFTER_MS = 100;
const LONGEST_INTERVAL_MS = 1_000;

/** Tries again for as long as the error is one that can pass; tells each of those. */
export async function whileRetryable<Result>(
  attempt: () => Promise<Result>,
  stop: AbortSignal,
  onError: (error: OrderSyncError) => void,
): Promise<Result> {
  for (let intervalMs = FIRST_RETRY_AFTER_MS; ; intervalMs = Math.min(intervalMs * 2, LONGEST_INTERVAL_MS)) {
    try {
      return await attempt();
    } catch (error) {
      stop.throwIfAborted();
      if (!(error instanceof OrderSyncError) || !error.retryable) throw error;
      onError(error);
    }
    await sleep(intervalMs, undefined, { signal: stop });
  }
}
