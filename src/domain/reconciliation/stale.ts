/** Trades that stay undecided: for how long they may, and when one that the exchange does not know is reported. */
import { isImmediate } from '../order/order-configuration.ts';
import type { OrderPolicy } from '../order/policy.ts';
import type { Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { gracePeriodMs } from './grace-period.ts';

/** Beyond what the order's own policy allows for the state. */
const GRACE_MS = 60_000;
/** `stale` is said by the order's own workflow at once; reconciliation repeats it when it lasts. */
const STALE_AFTER_MS = 300_000;
/** Longer than its threshold by this, a trade is critical. */
const CRITICAL_AFTER_MS = 3_600_000;

/** Coinbase answers 404 for a while after placing (seconds, sometimes minutes); an hour later it has no excuse. */
const UNKNOWN_AFTER_MS = 3_600_000;
/** For so long an exchange that shows no order at all, not even a filled one, may have a fault of its own. */
const OUTAGE_MS = 3_600_000;

/** What else proves in this run that the exchange knows its orders. */
export type Proof =
  /** It shows others. */
  | 'shows-others'
  /** There is no other that it could show. */
  | 'none'
  /** It does not show one either that it certainly had. */
  | 'lacks-others';

/** The exchange was asked for the trade by itself and does not know it. Absence proves no end; it can only be reported. */
export function absentDifference(trade: Trade, proof: Proof, nowMs: number): Difference | null {
  const isOld = nowMs - Date.parse(trade.createdAt) >= UNKNOWN_AFTER_MS;
  // Without an exchange id nothing could be asked for by it: the trade is stale, and is reported as that.
  if (trade.orderId === null || !isOld) return staleDifference(trade, null, nowMs);
  return {
    ...about(trade, null),
    kind: 'unknown_at_exchange',
    level: 'critical',
    since: trade.createdAt,
    detail: 'the exchange no longer knows the order, so its end cannot be verified',
    repair: { kind: 'none' },
    mustPersistMs: mustPersistMs(proof),
  };
}

function mustPersistMs(proof: Proof): number {
  switch (proof) {
    case 'shows-others':
      return 0;
    case 'none':
      return gracePeriodMs('unknown_at_exchange');
    case 'lacks-others':
      return OUTAGE_MS;
  }
}

/** Null while the trade is within its time; a resting order may rest for as long as it likes. */
export function staleDifference(trade: Trade, exchangeStatus: string | null, nowMs: number): Difference | null {
  const overdue = overdueSince(trade);
  if (overdue === null || nowMs < overdue) return null;
  return {
    ...about(trade, exchangeStatus),
    kind: 'stale',
    level: nowMs >= overdue + CRITICAL_AFTER_MS ? 'critical' : 'warning',
    since: new Date(overdue - GRACE_MS).toISOString(),
    detail: `it has been ${trade.status} for longer than its policy allows, and the exchange shows no end`,
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

/** The placement, and the looks after it, each of which may take 7 s. */
function placingMs({ placeForMs, immediateCheckAttempts, immediateCheckIntervalMs }: OrderPolicy): number {
  return placeForMs + immediateCheckAttempts * Math.max(immediateCheckIntervalMs, 7_000);
}
