/** An order and its fills as they truly are. Both are changed in place: copy what is to be kept. */
import type { Decimal } from './decimal.ts';
import { ZERO, notNegative } from './decimal.ts';
import type { Product } from './products.ts';

export type Side = 'BUY' | 'SELL';

export type OrderKind = 'market' | 'limit' | 'stop-limit' | 'bracket' | 'twap';

export type TimeInForce = 'GTC' | 'GTD' | 'IOC' | 'FOK';

/** What an `order_configuration` means. */
export interface OrderTerms {
  kind: OrderKind;
  timeInForce: TimeInForce;
  /** Null only for a market order sized in quote currency. */
  baseSize: Decimal | null;
  /** Null for an order sized in base currency. */
  quoteSize: Decimal | null;
  /** Null only for a market order. */
  limitPrice: Decimal | null;
  stopPrice: Decimal | null;
  /** Null for orders without a stop price. */
  stopDirection: 'up' | 'down' | null;
  postOnly: boolean;
  /** Unix milliseconds; null unless GTD. */
  endTime: number | null;
}

/** An entry of `edit_history`. */
export interface AcceptedEdit {
  price: string;
  size: string;
  /** Unix milliseconds. */
  at: number;
}

export interface Order {
  /** Position in the order of creation, from 0. */
  readonly sequence: number;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly product: Product;
  /** The product's id in answers; BTC-USD for BTC-USDC when the simulator is told to report aliases so. */
  readonly reportedProductId: string;
  readonly side: Side;
  /** As it was sent or last edited. */
  configuration: Readonly<Record<string, unknown>>;
  terms: OrderTerms;
  /** Unix milliseconds, as all times here. */
  readonly createdAt: number;
  /** The price at which the account is charged in advance: the limit, or the market's when it was placed. */
  holdPrice: Decimal;
  /** True once it rests in the book: from then on it is filled as a maker, at the limit price. */
  resting: boolean;
  updatedAt: number;
  lastFillAt: number | null;
  /** A status of Coinbase's, or any other that a plan sets. */
  status: string;
  filledSize: Decimal;
  filledValue: Decimal;
  totalFees: Decimal;
  fillCount: number;
  /** The balance still held for it: quote currency for BUY, base currency for SELL. */
  held: Decimal;
  /** The stop price was reached. */
  triggered: boolean;
  pendingCancel: boolean;
  rejectReason: string;
  rejectMessage: string;
  cancelMessage: string;
  /** Oldest first. */
  edits: readonly AcceptedEdit[];
  /** The exchange no longer shows it; the ledger does. */
  purged: boolean;
}

export interface Fill {
  readonly sequence: number;
  readonly entryId: string;
  /** Shared by a FILL and the rows that correct it. */
  readonly tradeId: string;
  readonly order: Order;
  readonly tradeTime: number;
  readonly tradeType: 'FILL' | 'REVERSAL' | 'CORRECTION' | 'SYNTHETIC';
  readonly price: Decimal;
  /** In the base currency, always above zero. */
  readonly size: Decimal;
  readonly commission: Decimal;
  readonly liquidity: 'MAKER' | 'TAKER';
}

const ENDS: ReadonlySet<string> = new Set(['FILLED', 'CANCELLED', 'EXPIRED', 'FAILED']);

export function hasEnded(order: Pick<Order, 'status'>): boolean {
  return ENDS.has(order.status);
}

/** True for a market order sized in quote currency: its fills are reported in quote currency, too. */
export function isSizedInQuote(order: Order): boolean {
  return order.terms.baseSize === null;
}

/** What is left to fill, in the currency that the order was sized in. */
export function remaining(order: Order): Decimal {
  const { baseSize, quoteSize } = order.terms;
  if (baseSize) return notNegative(baseSize.minus(order.filledSize));
  // A market order's quote size includes the fees when buying (`size_inclusive_of_fees`).
  return notNegative((quoteSize ?? ZERO).minus(order.filledValue).minus(order.totalFees));
}
