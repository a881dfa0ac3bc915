/** How long a trade may block its bot undecided before somebody must hear of it, whatever the exchange says or doesn't. */
import { isImmediate } from '../order/order-configuration.ts';
import type { OrderPolicy } from '../order/policy.ts';
import type { Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';

/** Beyond what the order's own policy allows for the state. */
const GRACE_MS = 60_000;
/** `stale` is said by the order's own workflow at once; reconciliation repeats it when it lasts. */
const STALE_AFTER_MS = 300_000;
/** Longer than its threshold by this, a trade is critical. */
const CRITICAL_AFTER_MS = 3_600_000;

/** Null while the trade is within its time; a resting order may rest for as long as it likes. */
export function staleDifference(trade: Trade, exchangeStatus: string | null, nowMs: number): Difference | null {
  const overdue = overdueSince(trade);
  if (overdue === null || nowMs < overdue) return null;
  return {
    ...about(trade, exchangeStatus),
    kind: 'stale',
    level: nowMs >= overdue + CRITICAL_AFTER_MS ? 'critical' : 'warning',
    since: new Date(overdue - GRACE_MS).toISOString(),
    detail: `it is ${trade.status} for longer than its policy allows, and the exchange shows no end`,
    repair: { kind: 'none' },
  };
}

/** From when on the trade's status is too old, Unix milliseconds; null: never. */
function overdueSince({ status, createdAt, staleSince, policy, orderConfiguration }: Trade): number | null {
  switch (status) {
    case 'placing':
      return Date.parse(createdAt) + placingMs(policy) + GRACE_MS;
    case 'pending': {
      if (!isImmediate(orderConfiguration)) return null;
      return Date.parse(createdAt) + placingMs(policy) + policy.monitorForMs + GRACE_MS;
    }
    case 'stale':
      return Date.parse(staleSince ?? createdAt) + STALE_AFTER_MS;
    case 'completed':
    case 'cancelled':
    case 'expired':
    case 'failed':
    case 'rejected':
      return null;
  }
}

/** The placement, and the looks after it, each of which may take 10 s. */
function placingMs({ placeForMs, immediateCheckAttempts, immediateCheckIntervalMs }: OrderPolicy): number {
  return placeForMs + immediateCheckAttempts * Math.max(immediateCheckIntervalMs, 10_000);
}
