/** Looks at the orders that are due in as few requests as possible: never one for each. */
import { log } from '@temporalio/activity';
import { meaningOf, OPEN_STATUSES, type ExchangeOrder } from '../../order/exchange-order.ts';
import { isImmediate } from '../../order/order-configuration.ts';
import { ExchangeError, ORDER_IDS_A_REQUEST } from '../../ports/exchange.ts';
import { glimpse } from '../glimpse.ts';
import { chunksOf, inParallel } from '../in-parallel.ts';
import type { FeedPorts } from './ports.ts';
import type { Teller } from './teller.ts';
import { postpone, seen, unseen, type Watch, type WatchList } from './watch-list.ts';

/** Up to so many are asked for by id: that is as cheap as the account's fills and open orders, and tells more. */
const ASKED_BY_ID = 100;
/** In one sweep, of those that the listing lacks: the others are next, so that the budget is not used up by them. */
const MOST_SUSPECTS = 1_000;
const REQUESTS_AT_ONCE = 4;
/** While push tells what changes, the list of open orders only finds what push has missed. */
const LISTING_EVERY_MS = 30_000;
/** Fills may be listed late, and clocks differ. */
const FILLS_OVERLAP_MS = 15_000;

export class Sweep {
  readonly #ports: FeedPorts;
  readonly #list: WatchList;
  readonly #teller: Teller;
  readonly #signal: AbortSignal;
  #fillsFromMs = Date.now();
  #knownFills = new Map<string, number>();
  #listedAtMs = 0;
  #lastError: string | null = null;

  constructor(ports: FeedPorts, list: WatchList, teller: Teller, signal: AbortSignal) {
    this.#ports = ports;
    this.#list = list;
    this.#teller = teller;
    this.#signal = signal;
  }

  /** The next sweep lists the open orders, whenever it did last. */
  listSoon(): void {
    this.#listedAtMs = 0;
  }

  async run(): Promise<void> {
    const due = this.#list.due(Date.now());
    if (due.length > 0) {
      const known = due.filter(({ trade }) => trade.orderId !== null);
      await this.#askById(known.length > ASKED_BY_ID ? await this.#suspects(this.#list.known(Date.now())) : known);
      for (const watch of due) if (watch.trade.orderId === null) await this.#search(watch);
    }
    for (const watch of this.#list.lost(Date.now())) {
      this.#teller.lose(watch, { since: new Date(watch.confirmedAtMs).toISOString(), lastError: this.#lastError });
    }
  }

  /** Those of which the account's fills or its open orders say that something happened, and all that are stale. */
  async #suspects(watches: readonly Watch[]): Promise<Watch[]> {
    const filled = await this.#filledLately();
    const open = this.#isListingDue(watches) ? await this.#openOrders() : 'not asked';
    // Without these answers all are suspects.
    if (filled === null || open === null) return oldestConfirmed(watches);
    const suspects = watches.filter((watch) => {
      const orderId = watch.trade.orderId as string;
      const order = open === 'not asked' ? undefined : open.get(orderId);
      if (order !== undefined) {
        this.#take(watch, order);
        return false;
      }
      if (open !== 'not asked' || filled.has(orderId) || watch.trade.status === 'stale') watch.isSuspect = true;
      if (!watch.isSuspect) postpone(watch, Date.now());
      return watch.isSuspect;
    });
    return oldestConfirmed(suspects);
  }

  /** In time for those that count as unconfirmed after a shorter while, too. */
  #isListingDue(watches: readonly Watch[]): boolean {
    if (this.#ports.push?.health.connected !== true) return true;
    const everyMs = watches.reduce(
      (least, { trade }) => Math.min(least, trade.policy.monitorForMs / 2),
      LISTING_EVERY_MS,
    );
    return Date.now() - this.#listedAtMs >= everyMs;
  }

  /** The ids of orders with fills that are new; null when the exchange did not say. */
  async #filledLately(): Promise<Set<string> | null> {
    const nowMs = Date.now();
    const from = new Date(this.#fillsFromMs - FILLS_OVERLAP_MS).toISOString();
    const fills = await this.#ask((signal) => this.#ports.exchange.listFillsSince(from, 'sweep', signal));
    if (fills instanceof ExchangeError) return null;
    const news = fills.filter(({ entryId }) => !this.#knownFills.has(entryId));
    for (const { entryId } of news) this.#knownFills.set(entryId, nowMs);
    for (const [entryId, atMs] of this.#knownFills) {
      if (atMs >= nowMs - 2 * FILLS_OVERLAP_MS) break;
      this.#knownFills.delete(entryId);
    }
    this.#fillsFromMs = nowMs;
    return new Set(news.map(({ orderId }) => orderId));
  }

  async #openOrders(): Promise<Map<string, ExchangeOrder> | null> {
    const orders = await this.#ask((signal) =>
      this.#ports.exchange.listOrders({ statuses: OPEN_STATUSES }, 'sweep', signal),
    );
    if (orders instanceof ExchangeError) return null;
    this.#listedAtMs = Date.now();
    return new Map(orders.map((order) => [order.orderId, order]));
  }

  async #askById(watches: readonly Watch[]): Promise<void> {
    await inParallel(chunksOf(watches, ORDER_IDS_A_REQUEST), REQUESTS_AT_ONCE, (chunk) => this.#askForChunk(chunk));
  }

  async #askForChunk(chunk: readonly Watch[]): Promise<void> {
    const orderIds = chunk.flatMap(({ trade }) => trade.orderId ?? []);
    const blocksBot = chunk.some(({ trade }) => trade.status === 'stale' || isImmediate(trade.orderConfiguration));
    const priority = blocksBot ? 'blocked-bot' : 'sweep';
    const orders = await this.#ask((signal) => this.#ports.exchange.listOrders({ orderIds }, priority, signal));
    if (orders instanceof ExchangeError) return this.#withoutAnswer(chunk, orders);
    const shown = new Map(orders.map((order) => [order.orderId, order]));
    for (const watch of chunk) {
      const order = shown.get(watch.trade.orderId as string);
      if (order === undefined) unseen(watch, Date.now());
      else this.#take(watch, order);
    }
  }

  async #withoutAnswer(chunk: readonly Watch[], { kind }: ExchangeError): Promise<void> {
    if (kind !== 'malformed-answer') {
      for (const watch of chunk) postpone(watch, Date.now());
    } else if (chunk.length === 1) {
      for (const watch of chunk) unseen(watch, Date.now());
    } else {
      // One order that cannot be read must not hide the others.
      const half = Math.ceil(chunk.length / 2);
      for (const part of [chunk.slice(0, half), chunk.slice(half)]) await this.#askForChunk(part);
    }
  }

  /** An order whose placement is unknown: the exchange's listing is all that can show it. */
  async #search(watch: Watch): Promise<void> {
    const found = await this.#ask((signal) => glimpse(this.#ports, watch.trade, 'blocked-bot', signal));
    if (found instanceof ExchangeError || found.kind === 'absent') unseen(watch, Date.now());
    else this.#take(watch, found.order);
  }

  #take(watch: Watch, order: ExchangeOrder): void {
    seen(watch, { isOpen: meaningOf(order.status).kind === 'open' }, Date.now());
    this.#teller.observe(watch, order, 'sweep');
  }

  /** An error when no answer came: nothing is concluded from that. */
  async #ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | ExchangeError> {
    try {
      const answer = await question(this.#signal);
      this.#lastError = null;
      return answer;
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      this.#lastError = error.message;
      log.debug('a sweep was not answered', { error: error.message });
      return error;
    }
  }
}

/** As many as one sweep asks for; the others are due first the next time. */
function oldestConfirmed(suspects: readonly Watch[]): Watch[] {
  return suspects.toSorted((a, b) => a.confirmedAtMs - b.confirmedAtMs).slice(0, MOST_SUSPECTS);
}
