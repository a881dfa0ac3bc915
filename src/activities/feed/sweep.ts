/**
 * Looks at the orders that are due in as few requests as possible: never one for each. Every question goes its own way:
 * what the fills say is told at once, however slow the list of open orders is.
 */
import { meaningOf, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { glimpse } from '../order/glimpse.ts';
import { pause } from '../runtime/activity-context.ts';
import { AccountFills } from './account-fills.ts';
import { OpenOrders } from './open-orders.ts';
import { OrdersById } from './orders-by-id.ts';
import type { FeedPorts } from './ports.ts';
import { Questions } from './questions.ts';
import type { Teller } from './teller.ts';
import { asked, askedByItself, lookSoon, seen, unseen, type Watch, type WatchList } from './watch-list.ts';

const TICK_MS = 50;
/** Up to so many are asked for by id: that is as cheap as the account's fills and open orders, and tells more. */
const ASKED_BY_ID = 100;

export class Sweep {
  readonly #ports: FeedPorts;
  readonly #list: WatchList;
  readonly #teller: Teller;
  readonly #questions: Questions;
  readonly #fills: AccountFills;
  readonly #openOrders: OpenOrders;
  readonly #byId: OrdersById;
  readonly #failure = Promise.withResolvers<never>();

  constructor(ports: FeedPorts, list: WatchList, teller: Teller, signal: AbortSignal) {
    this.#ports = ports;
    this.#list = list;
    this.#teller = teller;
    this.#questions = new Questions(signal);
    this.#fills = new AccountFills(ports.exchange, list, this.#questions);
    this.#openOrders = new OpenOrders(ports, this.#questions);
    this.#byId = new OrdersById(ports.exchange, this.#questions, (watch, order) => this.#take(watch, order));
  }

  /** Goes on until the signal aborts, or until something fails that is no error of the exchange. */
  run(): Promise<never> {
    return Promise.race([this.#keepLooking(), this.#failure.promise]);
  }

  /** The next look at a crowd asks for the list of open orders, whenever the last one did. */
  listSoon(): void {
    this.#openOrders.soon();
  }

  async #keepLooking(): Promise<never> {
    for (;;) {
      this.#questions.signal.throwIfAborted();
      this.#look(Date.now());
      await pause(TICK_MS);
    }
  }

  /** Begins what is due, and waits for none of it. */
  #look(nowMs: number): void {
    const due = this.#list.due(nowMs);
    const known = due.filter(({ trade }) => trade.orderId !== null);
    if (known.length > ASKED_BY_ID) this.#lookAtCrowd(this.#list.known(nowMs), nowMs);
    else this.#begin(() => this.#byId.ask(known));
    this.#begin(() => this.#search(due.filter(({ trade, isAsked }) => trade.orderId === null && !isAsked)));
    for (const watch of this.#list.lost(nowMs)) {
      const since = new Date(watch.confirmedAtMs).toISOString();
      this.#teller.lose(watch, { since, lastError: this.#questions.lastError });
    }
  }

  #begin(part: () => Promise<void>): void {
    part().catch(this.#failure.reject);
  }

  #lookAtCrowd(watches: readonly Watch[], nowMs: number): void {
    for (const watch of watches) asked(watch, nowMs);
    const isListed = this.#openOrders.isDue(watches);
    this.#begin(() => this.#lookAtFills());
    if (isListed) this.#begin(() => this.#lookAtOpenOrders(watches));
    this.#begin(() =>
      this.#byId.ask(watches.filter(({ trade, isSuspect }) => isSuspect || (trade.status === 'stale' && !isListed))),
    );
  }

  async #lookAtFills(): Promise<void> {
    const filled = await this.#fills.filledLately();
    // Without this answer the list of open orders says which have ended.
    if (filled === null) return this.listSoon();
    for (const watch of filled) {
      watch.isSuspect = true;
      // An answer that is under way may not show the fill.
      if (watch.isAsked) lookSoon(watch);
    }
    await this.#byId.ask(filled);
  }

  async #lookAtOpenOrders(watches: readonly Watch[]): Promise<void> {
    const listing = await this.#openOrders.list(watches);
    const still = watches.flatMap((watch) => this.#list.present(watch) ?? []);
    // Without this answer all are suspects.
    if (listing === null) return this.#byId.ask(still);
    for (const watch of still) {
      // Its own answer is younger, or is asked for again the next time.
      if (watch.askedAtMs >= listing.askedAtMs) continue;
      const order = listing.shown.get(watch.trade.orderId ?? '');
      if (order === undefined) watch.isSuspect = true;
      else this.#take(watch, order);
    }
    await this.#byId.ask(still.filter(({ isSuspect }) => isSuspect));
  }

  /** Orders whose placement is unknown: the exchange's listing is all that can show them. */
  async #search(watches: readonly Watch[]): Promise<void> {
    for (const watch of watches) askedByItself(watch, Date.now());
    for (const watch of watches) {
      const found = await this.#questions.ask((signal) => glimpse(this.#ports, watch.trade, 'blocked-bot', signal));
      if (found instanceof ExchangeError || found.kind === 'absent') unseen(watch);
      else this.#take(watch, found.order);
      watch.isAsked = false;
    }
  }

  #take(watch: Watch, order: ExchangeOrder): void {
    const present = this.#list.present(watch);
    if (present === undefined) return;
    seen(present, { isOpen: meaningOf(order.status).kind === 'open' }, Date.now());
    this.#teller.observe(present, order, 'sweep');
  }
}
