import type { ExchangeOrder } from '../order/exchange-order.ts';
import type { PushedOrder } from '../ports/order-push.ts';
import type { WatchedTrade } from '../order/watched-trade.ts';

/**
 * The order that a push tells of, with what it leaves out taken from the trade. Null where it does not tell how far the
 * order is filled: then the exchange has to be asked.
 */
export function asExchangeOrder(pushed: PushedOrder, trade: WatchedTrade): ExchangeOrder | null {
  if (pushed.filledSize === null) return null;
  return {
    orderId: pushed.orderId,
    clientOrderId: pushed.clientOrderId,
    productId: pushed.productId ?? trade.productId,
    side: pushed.side ?? trade.side,
    orderConfiguration: null,
    status: pushed.status,
    filledSize: pushed.filledSize,
    averageFilledPrice: pushed.averageFilledPrice,
    filledValue: pushed.filledValue,
    totalFees: pushed.totalFees,
    numberOfFills: pushed.numberOfFills,
    createdTime: pushed.createdTime,
    lastFillTime: null,
    pendingCancel: false,
    reason: pushed.reason,
  };
}
