/** What a bot reads of its trades: may it trade, how do its orders stand. Over HTTP, and without changing anything. */
import type { Fill } from '../domain/order/exchange-order.ts';
import { isRecord } from '../domain/field-error.ts';
import { camelKeys } from '../domain/names.ts';
import type { MovedOrder } from '../domain/order/moved-order.ts';
import type { OpenTrade, Trade, TradeStatus } from '../domain/order/trade.ts';
import type { TradeEvent } from '../domain/order/trade-event.ts';
import { OrderNotFoundError } from './errors.ts';
import { followEvents, type EventOptions, type LoggedEvent } from './follow-events.ts';
import { rowsOf } from './http-answer.ts';
import { httpEndpoint, type HttpEndpoint } from './http-endpoint.ts';
import type { CallOptions } from './retry.ts';

export interface TradeReaderOptions {
  /** Of the engine's HTTP interface, such as `http://127.0.0.1:8080`. */
  url: string;
  /** The value of its `ORDER_SYNC_HTTP_TOKEN`. Default: none, as on loopback. It stands in no error and no log. */
  token?: string | undefined;
}

/** Advice: `place` never refuses because of it. */
export interface CanTrade {
  /** True when nothing blocks. */
  allowed: boolean;
  /** Oldest first, at most 500. */
  blocking: BlockingOrder[];
}

export type BlockingOrder = OpenTrade;

/** Which trades; each field that is left out lets any pass. */
export interface TradeFilter {
  status?: TradeStatus | undefined;
  botId?: string | undefined;
  productId?: string | undefined;
  /** How many at most, 1 to 500. Default 50. */
  limit?: number | undefined;
  /** `nextCursor` of the page before. Default: the newest. */
  cursor?: string | undefined;
}

/** Newest first. */
export interface TradePage {
  items: Trade[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export type MovedOut = Omit<MovedOrder, 'clientOrderId'>;

/** Events and fills, oldest first. */
export interface TradeDetails extends Trade {
  /** Where its events and fills are, if an operator moved them out of the database; null as a rule. */
  movedOut: MovedOut | null;
  events: TradeEvent[];
  fills: Fill[];
}

/**
 * Holds no connection, so there is nothing to close. Every method rejects with an OrderSyncError (HttpUnavailableError
 * and HttpRefusedError can come from any), or with the signal's reason when it is aborted. Within `timeoutMs`, 10,000 by
 * default, a question is repeated after errors that can pass.
 */
export class TradeReader {
  readonly #endpoint: HttpEndpoint;

  /** Throws TypeError where the URL or the token cannot be one. */
  constructor(options: TradeReaderOptions) {
    this.#endpoint = httpEndpoint(options);
  }

  /** Whether the bot may trade the product, and which open orders block it. Without a product, of all products. */
  async canTrade(botId: string, productId?: string, options: CallOptions = {}): Promise<CanTrade> {
    const path = `bots/${segment(botId)}/can-trade`;
    const request = { path, query: { product_id: productId }, list: 'blocking', orderId: '' };
    const answer = await this.#endpoint.get(request, options);
    return { allowed: answer['allowed'] === true, blocking: rowsOf<BlockingOrder>(answer['blocking']) };
  }

  /** One page of trades. Rejects with InvalidQueryError, which names every wrong field. */
  async listTrades(filter: TradeFilter = {}, options: CallOptions = {}): Promise<TradePage> {
    const { botId, productId, ...rest } = filter;
    const query = { bot_id: botId, product_id: productId, ...rest };
    const answer = await this.#endpoint.get({ path: 'trades', query, list: 'items', orderId: '' }, options);
    const items = answer['items'] as object[];
    return { items: items.map(tradeOf), nextCursor: answer['next_cursor'] as string | null };
  }

  /**
   * Every event of every order once, in order of commit, from where `after` says on, and then as they come: an iterator
   * without an end. It outlives broken connections and absences of the engine, and continues where it was; keep the
   * `cursor` of the last event to do the same after a restart of your own. Events are asked for only as fast as they
   * are taken. Rejects with InvalidQueryError, HttpRefusedError, or the signal's reason when it is aborted.
   */
  events(options: EventOptions = {}): AsyncGenerator<LoggedEvent, never> {
    return followEvents(this.#endpoint, options);
  }

  /** A trade with its events and fills, by its client order id or the exchange's. Rejects with OrderNotFoundError. */
  async getTrade(orderId: string, options: CallOptions = {}): Promise<TradeDetails> {
    if (orderId === '') throw new OrderNotFoundError(orderId);
    const request = { path: `orders/${segment(orderId)}`, query: {}, list: 'events', orderId };
    const { events, fills, moved_out: moved, ...trade } = await this.#endpoint.get(request, options);
    const movedOut = isRecord(moved) ? camelKeys<MovedOut>(moved) : null;
    return { ...tradeOf(trade), movedOut, events: rowsOf<TradeEvent>(events), fills: rowsOf<Fill>(fills) };
  }
}

function segment(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

function tradeOf(row: object): Trade {
  const trade = camelKeys<Trade>(row);
  return { ...trade, policy: camelKeys(trade.policy) };
}
