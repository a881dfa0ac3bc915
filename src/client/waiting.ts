/** Waits that outlive an absence of Temporal or of the workers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, type TradeStatus } from '../order/trade.ts';
import { OrderSyncError } from './errors.ts';

const FIRST_POLL_AFTER_MS = 50;
const FIRST_RETRY_AFTER_MS = 100;
const LONGEST_INTERVAL_MS = 1_000;

/**
 * Resolves as soon as the order has ended. The workflow's end comes up to 30 s later, when it is collecting fills, so
 * the status is polled: after 50 ms first, then ever more rarely, up to once a second.
 */
export async function untilEnded(status: () => Promise<TradeStatus | null>, stop: AbortSignal): Promise<void> {
  for (let intervalMs = FIRST_POLL_AFTER_MS; ; intervalMs = Math.min(intervalMs * 1.5, LONGEST_INTERVAL_MS)) {
    const present = await status();
    if (present !== null && isEnded(present)) return;
    await sleep(intervalMs, undefined, { signal: stop });
  }
}

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
