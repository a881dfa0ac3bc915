/**
 * Watches one order until something differs from what is known. This is the one place that polls an order; whatever
 * else can say that an order changed (a shared feed) takes over behind the same input and outcome.
 */
import { Context } from '@temporalio/activity';
import { meaningOf } from '../../domain/order/exchange-order.ts';
import { compareDecimals } from '../../domain/decimal.ts';
import type { WatchInput, WatchOutcome } from '../../domain/order/order-context.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { glimpse, type Glimpse } from './glimpse.ts';
import type { Ports } from './ports.ts';
import { now, pause, withHeartbeat } from '../runtime/activity-context.ts';

/** The longest wait between two looks at an order that is stale or not found. */
const LONGEST_WAIT_MS = 60_000;

export function watchOrder(ports: Ports) {
  return (input: WatchInput): Promise<WatchOutcome> => withHeartbeat(() => watch(ports, input));
}

async function watch(ports: Ports, input: WatchInput): Promise<WatchOutcome> {
  // A retry follows the death of a worker: time has passed, so it looks before it waits.
  let waitMs = Context.current().info.attempt > 1 ? 0 : input.intervalMs;
  let confirmedAtMs = Date.now();
  let lastError: string | null = null;
  for (;;) {
    await pause(waitMs);
    const seen = await look(ports, input);
    if (seen.kind === 'seen') {
      const isOpen = meaningOf(seen.order.status).kind === 'open';
      if (isNews(input, seen) || (isOpen && input.reportOpen)) {
        return { kind: 'observed', order: seen.order, seenAt: now(), source: seen.source };
      }
      if (isOpen) confirmedAtMs = Date.now();
    }
    lastError = seen.kind === 'failed' ? seen.error : null;
    const isUnconfirmed = input.unconfirmedAfterMs !== null && Date.now() - confirmedAtMs >= input.unconfirmedAfterMs;
    if (isUnconfirmed) return { kind: 'unconfirmed', since: new Date(confirmedAtMs).toISOString(), lastError };
    const steady = input.pace === 'steady' && seen.kind === 'seen';
    waitMs = steady ? input.intervalMs : Math.min(Math.max(waitMs, input.intervalMs) * 2, LONGEST_WAIT_MS);
  }
}

async function look(ports: Ports, input: WatchInput): Promise<Glimpse | { kind: 'failed'; error: string }> {
  try {
    return await glimpse(ports, input, 'blocked-bot');
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { kind: 'failed', error: error.message };
  }
}

function isNews({ orderId, known }: WatchInput, { order }: Extract<Glimpse, { kind: 'seen' }>): boolean {
  // Less filled than is known is an old picture; to report it would only begin the watch anew, each time.
  return orderId === null || order.status !== known.status || compareDecimals(order.filledSize, known.filledSize) > 0;
}
