/** An order and a fill as the exchange reports them, normalised: decimals as strings, absent and empty values as null. */

export interface ExchangeOrder {
  orderId: string;
  clientOrderId: string | null;
  productId: string;
  side: string;
  orderConfiguration: Record<string, unknown> | null;
  /** Coinbase's status, an open set: a word not known here is carried through and is no end. */
  status: string;
  filledSize: string;
  averageFilledPrice: string | null;
  filledValue: string | null;
  totalFees: string | null;
  numberOfFills: number | null;
  createdTime: string | null;
  lastFillTime: string | null;
  /** Left out where the exchange does not report it; Coinbase does since about mid 2026. */
  lastUpdateTime?: string;
  /** A cancel was requested and has not completed; null where it is not reported, as by a push. */
  pendingCancel: boolean | null;
  /** Why it ended, in the exchange's words: reject reason, reject message or cancel message. */
  reason: string | null;
}

export interface Fill {
  /** Unique for the row; `tradeId` is not (a REVERSAL or CORRECTION repeats it). */
  entryId: string;
  tradeId: string | null;
  orderId: string;
  tradeTime: string;
  /** FILL, REVERSAL, CORRECTION or SYNTHETIC; an open set. */
  tradeType: string;
  price: string;
  /** In the quote currency when `sizeInQuote`. */
  size: string;
  sizeInQuote: boolean;
  commission: string;
  productId: string | null;
  side: string | null;
  liquidityIndicator: string | null;
  sequenceTimestamp: string | null;
}

/** Coinbase names no limit; 50 ids make a query of 2.4 kB. More of them are more than one request. */
export const ORDER_IDS_A_REQUEST = 50;

export type ExchangeEnd = 'completed' | 'cancelled' | 'expired' | 'failed';

/** What the exchange's status means for the order: an end, open for sure, or a word that proves neither. */
export type StatusMeaning = { kind: 'ended'; as: ExchangeEnd } | { kind: 'open' } | { kind: 'unknown' };

/** Of an open order. The exchange's list of the OPEN ones lacks the others (seen by NautilusTrader's adapter). */
export const OPEN_STATUSES: readonly string[] = ['OPEN', 'PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED'];

export function meaningOf(status: string): StatusMeaning {
  switch (status) {
    case 'FILLED':
      return { kind: 'ended', as: 'completed' };
    case 'CANCELLED':
      return { kind: 'ended', as: 'cancelled' };
    case 'EXPIRED':
      return { kind: 'ended', as: 'expired' };
    case 'FAILED':
      return { kind: 'ended', as: 'failed' };
    default:
      return { kind: OPEN_STATUSES.includes(status) ? 'open' : 'unknown' };
  }
}

export function hasEnded(order: Pick<ExchangeOrder, 'status'>): boolean {
  return meaningOf(order.status).kind === 'ended';
}

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

/**
 * Coinbase keeps one book for USD and USDC: an order on BTC-USDC may be reported as BTC-USD (seen by NautilusTrader's
 * adapter), so products are compared with that alias.
 */
export function productAliases(productId: string): string[] {
  if (productId.endsWith('-USD')) return [productId, `${productId}C`];
  if (productId.endsWith('-USDC')) return [productId, productId.slice(0, -1)];
  return [productId];
}

export function isSameProduct(a: string, b: string): boolean {
  return productAliases(a).includes(b);
}
