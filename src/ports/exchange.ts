/** What the engine needs of an exchange. The Coinbase adapter is behind it; every method is one or more REST requests. */
import type { ExchangeOrder, Fill } from '../domain/order/exchange-order.ts';
import type { OrderConfiguration } from '../domain/order/order-configuration.ts';
import type { Side } from '../domain/order/trade.ts';

/**
 * Who goes first when requests wait for the budget: one request that many orders wait for, then placements and cancels,
 * then what an operator or a bot waits for (a manual sync, a look at one order), then the orders that block a bot, then
 * sweeps. Each class that waits gets one request in ten all the same, and in each the bots take turns.
 */
export type RequestPriority = 'shared' | 'placement' | 'urgent' | 'blocked-bot' | 'sweep';

export interface NewOrder {
  clientOrderId: string;
  productId: string;
  side: Side;
  orderConfiguration: OrderConfiguration;
}

/** How long the POST of an order may still be sent. */
export interface SendLimits {
  signal?: AbortSignal | undefined;
  /** As `performance.now()` counts, in ms. From then on the POST is not sent any more. */
  sendBefore: number;
}

/** What the exchange says of an accepted POST. No status and no fills: accepted is all it means. */
export interface AcceptedOrder {
  orderId: string;
  productId: string | null;
  side: string | null;
  clientOrderId: string | null;
  orderConfiguration: Record<string, unknown> | null;
}

export interface CancellableOrder {
  orderId: string;
  /** Bots take turns here too. */
  botId: string;
}

export interface CancelAnswer {
  /** True: the request was submitted, not that the order is cancelled. */
  submitted: boolean;
  failureReason: string | null;
}

/** What the key of this deployment may do. */
export interface KeyPermissions {
  canView: boolean;
  canTrade: boolean;
  canTransfer: boolean;
  /** The one portfolio that it trades in. */
  portfolioId: string | null;
}

/** What is traded, and in which steps. */
export interface Product {
  productId: string;
  /** Of the last trade; null where there is none yet. */
  price: string | null;
  priceIncrement: string;
  baseIncrement: string;
  /** The smallest order, in both currencies. */
  baseMinSize: string;
  quoteMinSize: string;
  /** Why a limit order cannot be placed now; null where it can. */
  closed: string | null;
}

export interface OrderFilter {
  orderIds?: readonly string[];
  productIds?: readonly string[];
  statuses?: readonly string[];
  /** Creation time, from (inclusive) and to (exclusive). */
  createdFrom?: string;
  createdTo?: string;
}

/** A row of a listing that could not be understood, and is set aside so that it hides none of the others. */
export interface UnreadableRow {
  /** Null where not even that could be read. */
  orderId: string | null;
  problem: string;
}

export interface OrderListing {
  orders: ExchangeOrder[];
  unreadable: UnreadableRow[];
}

export interface FillListing {
  fills: Fill[];
  unreadable: UnreadableRow[];
}

/** What is requested of the exchange. */
export const EXCHANGE_ENDPOINTS = [
  'create-order',
  'cancel-orders',
  'get-order',
  'list-orders',
  'list-fills',
  'key-permissions',
  'product',
  'time',
] as const;
export type ExchangeEndpoint = (typeof EXCHANGE_ENDPOINTS)[number];

/** A request that has ended, for whoever counts them. */
export interface RequestEnd {
  endpoint: ExchangeEndpoint;
  /** `answered` where the answer was good; `aborted` where nobody waited for it any more. */
  outcome: 'answered' | ExchangeErrorKind | 'aborted';
  /** From its place in the budget on. */
  seconds: number;
}

export interface Exchange {
  /** True when at least half of this process's request budget is free and nobody waits for it. */
  hasRoom(): boolean;
  /** Reserves one request for a `createOrder` if it could go out at once and nobody waits; false otherwise. */
  tryReservePlacement(): boolean;
  /**
   * Waits until one request is reserved for a `createOrder` of this bot; where several bots wait they take turns. Rejects
   * with the signal's reason when it aborts first.
   */
  reservePlacement(botId: string, signal?: AbortSignal): Promise<void>;
  /** Gives back a reservation for which no `createOrder` will come. */
  releasePlacement(): void;
  /**
   * Sends the POST, which the caller has reserved; the reservation is used up whatever comes of it. Throws ExchangeError
   * - `refused`: the exchange created no order for this attempt, and says why
   * - `unauthorised`: the exchange did not let us in, so this attempt created nothing; with HTTP 401 the code is
   *   UNAUTHORIZED, and another attempt, which has a new signature, may be let in
   * - `not-sent`: the signal aborted, or `sendBefore` had come, before the request went out: this attempt created nothing
   * - `unknown-outcome`: anything else, an abort after sending included; the order may exist.
   */
  createOrder(order: NewOrder, limits: SendLimits): Promise<AcceptedOrder>;
  cancelOrder(order: CancellableOrder, signal?: AbortSignal): Promise<CancelAnswer>;
  /** Throws ExchangeError `not-found` on 404; other kinds say that nothing is known. */
  getOrder(orderId: string, priority: RequestPriority, signal?: AbortSignal): Promise<ExchangeOrder>;
  /** All pages, or an error: a cut-off listing is never returned as whole. */
  listOrders(filter: OrderFilter, priority: RequestPriority, signal?: AbortSignal): Promise<OrderListing>;
  /** All pages, or an error. */
  listFills(orderIds: readonly string[], priority: RequestPriority, signal?: AbortSignal): Promise<FillListing>;
  /** All fills, corrections included, that the exchange entered since then; all pages, or an error. */
  listFillsSince(from: string, priority: RequestPriority, signal?: AbortSignal): Promise<FillListing>;
  /** The same exchange and budget; `onRequest` is called for every request that goes out through what is answered. */
  metered(onRequest: () => void): Exchange;
  /** Throws ExchangeError `not-found` where there is no such product. */
  product(productId: string, signal?: AbortSignal): Promise<Product>;
  keyPermissions(signal?: AbortSignal): Promise<KeyPermissions>;
  /** The exchange's clock. */
  time(signal?: AbortSignal): Promise<string>;
}

/** The closed set of ways in which a request can fail. */
export type ExchangeErrorKind =
  | 'refused'
  | 'not-sent'
  | 'unknown-outcome'
  | 'not-found'
  | 'rate-limited'
  | 'unauthorised'
  | 'unavailable'
  | 'malformed-answer';

/** Whether asking again can help, for each kind. */
const RETRYABLE: Record<ExchangeErrorKind, boolean> = {
  refused: false,
  'not-sent': true,
  'unknown-outcome': true,
  'not-found': true,
  'rate-limited': true,
  unauthorised: false,
  unavailable: true,
  'malformed-answer': true,
};
export const EXCHANGE_ERROR_KINDS = Object.keys(RETRYABLE) as readonly ExchangeErrorKind[];

export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly kind: ExchangeErrorKind;
  /** The exchange's own code where it gave one (`INSUFFICIENT_FUND`), else null. */
  readonly code: string | null;
  readonly httpStatus: number | null;

  constructor(
    kind: ExchangeErrorKind,
    message: string,
    details: { code?: string | null; httpStatus?: number | null } = {},
  ) {
    super(message);
    this.kind = kind;
    this.code = details.code ?? null;
    this.httpStatus = details.httpStatus ?? null;
  }

  get retryable(): boolean {
    return RETRYABLE[this.kind];
  }
}
