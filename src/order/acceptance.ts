/** What the exchange's acceptance makes of a trade, whoever writes it down. */
import type { TradeChange } from './trade-change.ts';
import type { Trade } from './trade.ts';

const BY_PLACEMENT = 'post/';

/** The key of the change where the placing itself commits it: the database numbers an order's attempts. */
export function acceptanceKey(attempt: number): string {
  return `${BY_PLACEMENT}${attempt}`;
}

export function isByPlacement(changeKey: string): boolean {
  return changeKey.startsWith(BY_PLACEMENT);
}

export function accepted(trade: Trade, orderId: string): Pick<TradeChange, 'trade' | 'cause' | 'source' | 'evidence'> {
  return { trade: { ...trade, orderId }, cause: 'accepted', source: 'post', evidence: { order_id: orderId } };
}
