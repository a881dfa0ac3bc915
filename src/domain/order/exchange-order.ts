/** An order and a fill as the exchange tells them, normalised: decimals as strings, absent and empty values as null. */

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
  /** Left out where the exchange does not tell it; Coinbase does since about mid 2026. */
  lastUpdateTime?: string;
  /** A cancel was requested and has not completed; null where it is not told, as by a push. */
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

export type ExchangeEnd = 'completed' | 'cancelled' | 'expired' | 'failed';

/** What the exchange's status means for the order: an end, open for sure, or a word that proves neither. */
export type StatusMeaning = { kind: 'ended'; as: ExchangeEnd } | { kind: 'open' } | { kind: 'unknown' };

/** Of an order that lives. The exchange's list of the OPEN ones lacks the others (seen by NautilusTrader's adapter). */
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
