/**
 * What to ask about the tracked orders, in as few requests as possible: never one for each. Up to a hundred that are due
 * are asked for by id; of more, the account's fills and the list of open orders say which to ask for.
 */
import type { ExchangeOrder } from '../order/exchange-order.ts';
import { ByIdPolls, type Sweep } from './by-id-polls.ts';
import { OpenList } from './open-list.ts';
import type { OrderTracker } from './order-tracker.ts';
import { sharedPriority, type OpenOrdersPoll, type OrdersPoll, type Poll, type SearchPoll } from './polls.ts';
import { askedById, suspect, unseen, type TrackedOrder } from './tracked-order.ts';

/** That is as cheap as the account's fills and open orders, and shows more. */
const ASKED_BY_ID = 100;
const SEARCHES_AT_ONCE = 1;

type Take = (tracked: TrackedOrder, order: ExchangeOrder) => void;

export class OrderPolls {
  readonly #orders: OrderTracker;
  readonly #byId: ByIdPolls;
  readonly #list = new OpenList();
  /** What the list of open orders will be compared with. */
  #covered: readonly string[] = [];
  #searchesOut = 0;

  constructor(orders: OrderTracker) {
    this.#orders = orders;
    this.#byId = new ByIdPolls(orders);
  }

  /** The next sweep of many orders asks for the list of open orders at once. */
  listSoon(): void {
    this.#list.soon();
  }

  next(sweep: Sweep, nowMs: number): Poll[] {
    const due = this.#orders.due(nowMs);
    const known = due.filter(({ trade }) => trade.orderId !== null);
    if (known.length > ASKED_BY_ID) this.#sweepByLists(sweep, nowMs);
    else this.#byId.want(known);
    const list = this.#list.takeDue(nowMs) ? [this.#openOrders(sweep, nowMs)] : [];
    return [...this.#byId.next(sweep, nowMs), ...this.#searches(due, nowMs), ...list];
  }

  /** Null without an answer: then they stay due or suspect as they were. */
  shown(poll: OrdersPoll, orders: readonly ExchangeOrder[] | null, take: Take): void {
    const asked = this.#byId.answered(poll);
    if (orders === null) return;
    const shown = new Map(orders.map((order) => [order.orderId, order]));
    for (const tracked of asked) {
      const order = shown.get(tracked.trade.orderId ?? '');
      if (order === undefined) unseen(tracked);
      else take(tracked, order);
    }
  }

  /** Null: the answer did not have it. */
  found(poll: SearchPoll, order: ExchangeOrder | null, take: Take): void {
    const tracked = this.#searched(poll);
    if (tracked === undefined) return;
    if (order === null) unseen(tracked);
    else take(tracked, order);
  }

  /** Without an answer the next search is not later than usual: once the exchange is back it is due. */
  notSearched(poll: SearchPoll): void {
    this.#searched(poll);
  }

  /** Null without an answer: then all are asked for by id, those that were confirmed longest ago first. */
  listed({ covered, askedAtMs }: OpenOrdersPoll, orders: readonly ExchangeOrder[] | null, take: Take): void {
    this.#list.answered();
    const still = covered.flatMap((clientOrderId) => this.#orders.find(clientOrderId, null) ?? []);
    if (orders === null) {
      this.#list.soon();
      this.#byId.want(still);
      return;
    }
    const shown = new Map(orders.map((order) => [order.orderId, order]));
    for (const tracked of still) {
      // Its own answer is younger, or is asked for again the next time.
      if (tracked.askedAtMs >= askedAtMs) continue;
      const order = shown.get(tracked.trade.orderId ?? '');
      if (order === undefined) suspect(tracked);
      else take(tracked, order);
    }
  }

  #searched({ clientOrderId }: SearchPoll): TrackedOrder | undefined {
    this.#searchesOut -= 1;
    const tracked = this.#orders.find(clientOrderId, null);
    if (tracked !== undefined) tracked.isAsked = false;
    return tracked;
  }

  #sweepByLists(sweep: Sweep, nowMs: number): void {
    const covered = this.#orders.cover(nowMs);
    const isListed = this.#list.begin(covered, sweep, nowMs);
    this.#covered = covered.map(({ trade }) => trade.clientOrderId);
    for (const tracked of covered) {
      tracked.isWanted = tracked.isSuspect || (tracked.trade.status === 'stale' && !isListed);
    }
  }

  #openOrders({ isPushed }: Sweep, askedAtMs: number): OpenOrdersPoll {
    return { kind: 'open-orders', covered: this.#covered, askedAtMs, priority: sharedPriority(isPushed) };
  }

  #searches(due: readonly TrackedOrder[], nowMs: number): SearchPoll[] {
    return due
      .filter(({ trade, isAsked }) => trade.orderId === null && !isAsked)
      .slice(0, SEARCHES_AT_ONCE - this.#searchesOut)
      .map((tracked) => {
        this.#searchesOut += 1;
        askedById(tracked, nowMs);
        return { kind: 'search', clientOrderId: tracked.trade.clientOrderId, priority: 'blocked-bot' };
      });
  }
}
