/** A trade that the exchange was asked for by itself and does not show. Absence proves no end; it can only be said. */
import type { Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { staleDifference } from './stale.ts';

/** Coinbase answers 404 for a while after placing (seconds, sometimes minutes); an hour later it has no excuse. */
const UNKNOWN_AFTER_MS = 3_600_000;

export function unseenDifference(trade: Trade, nowMs: number): Difference | null {
  const isOld = nowMs - Date.parse(trade.createdAt) >= UNKNOWN_AFTER_MS;
  // Without an exchange id nothing could be asked for by it: the trade is stale, and says so.
  if (trade.orderId === null || !isOld) return staleDifference(trade, null, nowMs);
  return {
    ...about(trade, null),
    kind: 'unknown_at_exchange',
    level: 'critical',
    since: trade.createdAt,
    detail: 'the exchange does not know the order any more, so its end cannot be verified',
    repair: { kind: 'none' },
  };
}
