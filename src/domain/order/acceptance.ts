/** What the exchange's acceptance makes of a trade, whoever writes it down. */
import type { TradeChange } from './trade-change.ts';
import type { Trade } from './trade.ts';

export function accepted(trade: Trade, orderId: string): Pick<TradeChange, 'trade' | 'cause' | 'source' | 'evidence'> {
  return { trade: { ...trade, orderId }, cause: 'accepted', source: 'post', evidence: { order_id: orderId } };
}
