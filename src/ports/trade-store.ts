/** What the engine needs of the database. Every method is one transaction that also writes its `order_events` row. */
import type { Adoption } from '../domain/order/adoption.ts';
import type { Fill } from '../domain/order/exchange-order.ts';
import type { EarlyChange } from '../domain/order/early-changes.ts';
import type { Alert, Requester } from '../domain/order/order-context.ts';
import type { OrderIntent } from '../domain/order/order-request.ts';
import type { ChangeCause, ChangeSource, TradeChange } from '../domain/order/trade-change.ts';
import type { Layer, OrderStateName, Trade, TradeStatus } from '../domain/order/trade.ts';
import type { WatchedTrade } from '../domain/order/watched-trade.ts';
import type { Page, PageRequest } from './page.ts';

export {
  DatabaseUnavailableError,
  InvalidPageError,
  OrderIdTakenError,
  TradeNotFoundError,
} from './trade-store-error.ts';

/** The statuses that block a bot on a product. */
export type OpenStatus = Extract<TradeStatus, 'placing' | 'pending' | 'stale'>;

/** May a POST be sent now? Decided in the transaction that commits the attempt. */
export type PostPermit =
  /** The attempt is committed as number `attempt` (from 1). */
  | { kind: 'granted'; attempt: number; trade: Trade }
  /** The row has ended or has an exchange id: nothing may be posted. */
  | { kind: 'settled'; trade: Trade }
  /** `placeForMs` has passed since `created_at`, on the database's clock. */
  | { kind: 'window-closed'; trade: Trade };

export interface NotedEvent {
  clientOrderId: string;
  state: OrderStateName;
  cause: ChangeCause;
  source: ChangeSource;
  requestedBy?: string | null;
  reason?: string | null;
  evidence?: Record<string, unknown> | null;
}

export interface StoredEvent {
  at: string;
  fromStatus: TradeStatus | null;
  toStatus: TradeStatus;
  state: OrderStateName;
  cause: ChangeCause;
  source: ChangeSource;
  requestedBy: string | null;
  reason: string | null;
  evidence: Record<string, unknown> | null;
  /** Of the decision that was committed with it: the workflow's run and the decision's number. Null where none was. */
  changeKey: string | null;
}

export interface TradeFilter extends PageRequest {
  status?: TradeStatus;
  botId?: string;
  productId?: string;
  detectedBy?: Layer;
}

/** Trades, newest first. */
export type TradePage = Page<Trade>;

/** An order that blocks its bot on its product. */
export interface OpenTrade {
  orderId: string | null;
  clientOrderId: string;
  status: OpenStatus;
  /** Whole seconds since `created_at`, by the database's clock. */
  ageSeconds: number;
}

export interface TradeStore {
  /** The trade of this client order id, or null. */
  find(clientOrderId: string): Promise<Trade | null>;
  /**
   * Commits the intent: status `placing`, and its first event. Does nothing when the row is there already; answers the
   * row either way. `created_at` is the earlier of the database's clock and `requestedAt`, so that time spent waiting
   * for a worker counts against the placement window.
   */
  insertIntent(intent: OrderIntent, requestedAt: string): Promise<{ trade: Trade; inserted: boolean }>;
  /**
   * Inserts the row of an order that the exchange has: status `pending`, with the event `adopted`. Never overwrites:
   * where a trade has either of its ids already, that trade is answered as it is.
   */
  adopt(order: Adoption, by: Requester): Promise<{ trade: Trade; inserted: boolean }>;
  /** Holds the row, decides and commits (`post_attempts` + 1, `post_attempted_at`, event `post_attempt`). */
  beginPostAttempt(clientOrderId: string): Promise<PostPermit>;
  /**
   * Ends a trade that was never attempted (`post_attempts` 0, no exchange id, not ended) as `cancelled`; otherwise
   * changes nothing. Answers the row as it is afterwards.
   */
  withdraw(clientOrderId: string, by: Requester): Promise<Trade>;
  /**
   * Brings the row to `change.trade` and writes the event, and answers the row as committed. Idempotent by
   * `change.key`. The row's own history wins: an ended row keeps its status (unless `change.corrects`), an exchange id
   * is never replaced by another. What was kept back is still written to the event (`evidence.kept`). `known`, the row as
   * the caller had it last, spares reading it; it may be out of date.
   */
  commit(change: TradeChange, known?: Trade): Promise<Trade>;
  /**
   * As `commit`, of what `decide` makes of the row; null, and nothing is written, where that is null. `decide` is asked
   * again when somebody else has changed the row meanwhile, and is followed only for the row that it is written to.
   */
  commitEarly(
    clientOrderId: string,
    decide: (row: Trade) => EarlyChange | null,
    known?: Trade,
  ): Promise<{ row: Trade; alert: Alert | null } | null>;
  /** Writes an event that changes no column. */
  note(event: NotedEvent): Promise<void>;
  /** Inserts the fills that are not there yet (by `entry_id`) and answers all of the order's fills, oldest first. */
  saveFills(fills: readonly Fill[], orderId: string): Promise<Fill[]>;
  /** A trade by the exchange's id, else by the client order id. */
  findByEitherId(id: string): Promise<Trade | null>;
  /** Trades of which one id begins like this, newest first, at most `limit`. */
  findByPrefix(prefix: string, limit: number): Promise<Trade[]>;
  /** Newest first. */
  list(filter: TradeFilter): Promise<TradePage>;
  /** What blocks the bot on the product (null: on any), oldest first, at most 500. */
  openTradesOf(botId: string, productId: string | null): Promise<OpenTrade[]>;
  /** All that are open, whatever their number. */
  listOpen(): Promise<WatchedTrade[]>;
  /** How many orders there are of each status that blocks. */
  countOpen(): Promise<Record<OpenStatus, number>>;
  events(clientOrderId: string): Promise<StoredEvent[]>;
  fillsOf(orderId: string): Promise<Fill[]>;
}
