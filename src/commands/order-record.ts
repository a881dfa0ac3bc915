/** Everything that the database has of an order beside its trade, as a person is shown it. */
import type { Fill } from '../domain/order/exchange-order.ts';
import type { MovedOrder } from '../domain/order/moved-order.ts';
import type { Trade } from '../domain/order/trade.ts';
import type { StoredEvent, TradeStore } from '../ports/trade-store.ts';

export interface OrderRecord {
  /** Null of an order that was not moved out. */
  moved: MovedOrder | null;
  /** Oldest first, as the fills. */
  events: StoredEvent[];
  fills: Fill[];
}

export async function readOrderRecord(
  trades: Pick<TradeStore, 'moved' | 'events' | 'fillsOf'>,
  { clientOrderId, orderId }: Pick<Trade, 'clientOrderId' | 'orderId'>,
): Promise<OrderRecord> {
  const [moved, events, fills] = await Promise.all([
    trades.moved(clientOrderId),
    trades.events(clientOrderId),
    orderId === null ? [] : trades.fillsOf(orderId),
  ]);
  return { moved, events, fills };
}
