import type { ExchangeOrder } from '../order/exchange-order.ts';

/** An order as a push reports it. Null means not reported, never "none": a push has no size, fill, event time or pending cancel. */
export interface PushedOrder {
  orderId: string;
  clientOrderId: string | null;
  productId: string | null;
  side: string | null;
  /** The exchange's word, as in ExchangeOrder: one not known is carried through and is no end. */
  status: string;
  /** In the base currency, all fills so far. */
  filledSize: string | null;
  /** Null also before the first fill. */
  averageFilledPrice: string | null;
  filledValue: string | null;
  totalFees: string | null;
  numberOfFills: number | null;
  createdTime: string | null;
  /** Why it ended, in the exchange's words. */
  reason: string | null;
}

/**
 * The order that a push reports, with what it leaves out taken from the trade. Null where it does not say how far the
 * order is filled: then the exchange has to be asked.
 */
export function asExchangeOrder(pushed: PushedOrder, trade: { productId: string; side: string }): ExchangeOrder | null {
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
    pendingCancel: null,
    reason: pushed.reason,
  };
}
