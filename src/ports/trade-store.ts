/** What the engine needs of the database. A row changes with its `order_events` row, in one statement, or not at all. */
import type { Adoption } from '../domain/order/adoption.ts';
import type { Alert } from '../domain/order/decision.ts';
import type { Fill } from '../domain/order/exchange-order.ts';
import type { Fact } from '../domain/order/fact.ts';
import type { MovedOrder } from '../domain/order/moved-order.ts';
import type { OrderIntent } from '../domain/order/order-request.ts';
import type { Caller } from '../domain/order/requester.ts';
import type { Layer, OpenTrade, TrackedTrade, Trade, TradeStatus } from '../domain/order/trade.ts';
import type { TradeEvent } from '../domain/order/trade-event.ts';
import type { Halt } from './halt-store.ts';
import type { Page, PageRequest } from './page.ts';

export {
  DatabaseUnavailableError,
  InvalidPageError,
  OrderIdTakenError,
  PlacementHaltedError,
  TradeNotFoundError,
} from './trade-store-error.ts';

/** May a POST be sent now? Decided in the statement that commits the attempt. */
export type PostPermit =
  /** The attempt is committed as number `trade.postAttempts`. */
  | { kind: 'granted'; trade: Trade }
  /** The row has ended or has an exchange id: nothing may be posted. */
  | { kind: 'settled'; trade: Trade }
  /** `placeForMs` has passed since `created_at`, on the database's clock. */
  | { kind: 'window-closed'; trade: Trade }
  /** Placing is halted for the order's bot: nothing may be posted. */
  | { kind: 'halted'; trade: Trade; halt: Halt }
  /** One could be granted, but was not wanted yet. */
  | { kind: 'withheld'; trade: Trade };

export interface StoredEvent extends TradeEvent {
  /** The key of the fact that was applied. Null of the intent, of an adoption and of an attempt. */
  factKey: string | null;
}

export interface Applied {
  /** The row as it is now. */
  trade: Trade;
  /** False where the fact was applied before, or brought nothing new. */
  isNews: boolean;
  alert: Alert | null;
}

export interface TradeFilter extends PageRequest {
  /** One, or any of several. */
  status?: TradeStatus | readonly TradeStatus[];
  botId?: string;
  productId?: string;
  detectedBy?: Layer;
  /** Created so long ago or longer, by the database's clock. */
  olderThanMs?: number;
  /** RFC 3339. */
  createdBefore?: string;
}

/** Trades, newest first. */
export type TradePage = Page<Trade>;

export interface IntentOptions {
  /** When the run was started. */
  requestedAt: string;
  /** Whether the first attempt is committed with the intent. */
  attempt: boolean;
  /** Who started the order's workflow. Default: not known. */
  sentBy?: string | null;
  /** The workflow's run, to be noted with the intent as by `HistoryArchive.noteRun`. Default: none is. */
  runId?: string;
}

export interface TradeStore {
  /** The trade of this client order id, or null. */
  find(clientOrderId: string): Promise<Trade | null>;
  /** Those that are there, in no order. */
  findAll(clientOrderIds: readonly string[]): Promise<Trade[]>;
  /**
   * Commits the intent: status `placing`, and its first event. Does nothing when the row is there already; answers the
   * row either way. `created_at` is the earlier of the database's clock and `requestedAt`, so that time spent waiting
   * for a worker counts against the placement window. With `attempt` the first attempt is committed with the intent,
   * unless the window has closed. Rejects with PlacementHaltedError where there is no row and the bot is halted: then
   * nothing is written.
   */
  insertIntent(intent: OrderIntent, options: IntentOptions): Promise<{ trade: Trade; inserted: boolean }>;
  /**
   * Inserts the row of an order that the exchange has: status `pending`, with the event `adopted`. Never overwrites:
   * where a trade has either of its ids already, that trade is answered as it is.
   */
  adopt(order: Adoption, by: Caller): Promise<{ trade: Trade; inserted: boolean }>;
  /** Holds the row, decides and commits (`post_attempts` + 1, `post_attempted_at`, event `post_attempt`). */
  beginPostAttempt(clientOrderId: string): Promise<PostPermit>;
  /** Answers the same, but grants nothing. */
  withholdPostAttempt(clientOrderId: string): Promise<Exclude<PostPermit, { kind: 'granted' }>>;
  /**
   * Applies a fact to its row: reads, decides, and writes on the condition that the row is still as it was read; again
   * where it is not. Idempotent by `fact.key`. `known`, the row as the caller had it last, spares reading it; it may be
   * out of date. Rejects with OrderIdTakenError, TradeNotFoundError or DatabaseUnavailableError.
   */
  apply(clientOrderId: string, fact: Fact, known?: Trade): Promise<Applied>;
  /**
   * Records those of the account's fills that are of our trades and not there yet (by `entry_id`), unless the order was moved
   * out. Answers the exchange's ids of the orders that have new ones.
   */
  recordFills(fills: readonly Fill[]): Promise<string[]>;
  /** Ended trades whose fills do not add up yet and whose row has changed recently, those that ended last first. */
  endedWithoutFills(limit: number, options: { changedWithinMs: number }): Promise<Trade[]>;
  /** A trade by the exchange's id, else by the client order id. */
  findByEitherId(id: string): Promise<Trade | null>;
  /** Trades of which one id begins like this, newest first, at most `limit`. */
  findByPrefix(prefix: string, limit: number): Promise<Trade[]>;
  /** Newest first. */
  list(filter: TradeFilter): Promise<TradePage>;
  /** What blocks the bot on the product (null: on any), oldest first, at most 500. */
  openTradesOf(botId: string, productId: string | null): Promise<OpenTrade[]>;
  /** All that are open, whatever their number. */
  listOpen(): Promise<TrackedTrade[]>;
  /** Oldest first. */
  events(clientOrderId: string): Promise<StoredEvent[]>;
  /** Where the events and fills are of an order that was moved out; null as a rule. */
  moved(clientOrderId: string): Promise<MovedOrder | null>;
  /** Oldest first. */
  fillsOf(...orderIds: readonly string[]): Promise<Fill[]>;
}
