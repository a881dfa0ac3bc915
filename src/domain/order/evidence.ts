import type { ExchangeOrder } from './exchange-order.ts';

/** What an event's evidence says of an order: enough to check the decision by. */
export function evidenceOf(order: ExchangeOrder): Record<string, unknown> {
  return {
    order_id: order.orderId,
    status: order.status,
    filled_size: order.filledSize,
    average_filled_price: order.averageFilledPrice,
    filled_value: order.filledValue,
    total_fees: order.totalFees,
    last_fill_time: order.lastFillTime,
    reason: order.reason,
  };
}
