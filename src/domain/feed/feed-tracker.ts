/**
 * The feed's state, all of it, and its rules: what to ask the exchange now, what to report of the orders, and what an
 * answer, an error or a push makes of either. Pure: times come with each call, and the code around it asks and reports.
 */
import { isRecord } from '../field-error.ts';
import { meaningOf, type ExchangeOrder } from '../order/exchange-order.ts';
import type { ObservedFact } from '../order/fact.ts';
import type { TrackedTrade } from '../order/trade.ts';
import { roundMsOf } from './account-fills.ts';
import { readConfirmations, type Confirmations } from './confirmations.ts';
import { FillTracker } from './fill-tracker.ts';
import { OrderPolls } from './order-polls.ts';
import { OrderTracker } from './order-tracker.ts';
import type { OpenOrdersPoll, OrdersPoll, Poll, SearchPoll } from './polls.ts';
import { asExchangeOrder, type PushedOrder } from './pushed-order.ts';
import { observation, Reports, type Report } from './reports.ts';
import { seen, suspect, type TrackedOrder } from './tracked-order.ts';

/** What a feed leaves to the one that takes over from it. */
export interface SavedFeed {
  confirmations: Confirmations | null;
  newestFillMs: number | null;
}

export class FeedTracker {
  readonly fills: FillTracker;
  readonly #orders: OrderTracker;
  readonly #polls: OrderPolls;
  readonly #reports = new Reports();
  #lastError: string | null = null;
  #sweptAtMs: number | null = null;

  /** `saved` is what `save` answered, as a heartbeat kept it. */
  constructor(saved: unknown = null) {
    const { confirmations, newestFillMs } = isRecord(saved) ? saved : {};
    this.fills = new FillTracker(typeof newestFillMs === 'number' ? newestFillMs : null);
    this.#orders = new OrderTracker(readConfirmations(confirmations));
    this.#polls = new OrderPolls(this.#orders);
  }

  save(nowMs: number): SavedFeed {
    return { confirmations: this.#orders.confirmations(nowMs), newestFillMs: this.fills.newestMs };
  }

  /** When the exchange last answered a question about open orders; null where none was asked. */
  get sweptAtMs(): number | null {
    return this.#sweptAtMs;
  }

  /** The open trades, as a reading that began at `readAtMs` found them. */
  openTrades(trades: readonly TrackedTrade[], readAtMs: number): void {
    this.#orders.replace(trades, readAtMs);
  }

  /** A trade as it was read or written by itself. */
  learn(trade: TrackedTrade, nowMs: number): void {
    this.#orders.learn(trade, nowMs);
  }

  isOpen(orderId: string): boolean {
    return this.#orders.find(null, orderId) !== undefined;
  }

  /** What is to be asked now; each question is to be followed by its answer, or by `failed`. */
  nextPolls({ isPushed }: { isPushed: boolean }, nowMs: number): Poll[] {
    const roundMs = roundMsOf(this.#orders.all());
    const hasOpen = this.#orders.size > 0;
    for (const order of this.#orders.takeUnconfirmed(nowMs)) this.#reports.unconfirmed(order, this.#lastError, nowMs);
    const polls = this.#polls.next({ isPushed, roundMs }, nowMs);
    return [...this.fills.next({ roundMs, hasOpen, isPushed }, nowMs), ...polls];
  }

  /** What is to be reported now, each once. */
  takeReports(nowMs: number): Report[] {
    return this.#reports.take((clientOrderId) => this.#orders.find(clientOrderId, null), nowMs);
  }

  /** A report that reached nobody is news again when the exchange shows the same again. */
  notReported(clientOrderId: string): void {
    const tracked = this.#orders.find(clientOrderId, null);
    if (tracked !== undefined) Object.assign(tracked, { reported: null, isReportedUnconfirmed: false });
  }

  ordersShown(poll: OrdersPoll, orders: readonly ExchangeOrder[], nowMs: number): void {
    this.#answered(nowMs);
    this.#polls.shown(poll, orders, this.#taking(nowMs));
  }

  openOrdersListed(poll: OpenOrdersPoll, orders: readonly ExchangeOrder[], nowMs: number): void {
    this.#answered(nowMs);
    this.#polls.listed(poll, orders, this.#taking(nowMs));
  }

  /** Null: the exchange's listing does not have the order, which proves nothing. */
  searched(poll: SearchPoll, order: ExchangeOrder | null, nowMs: number): void {
    this.#answered(nowMs);
    this.#polls.found(poll, order, this.#taking(nowMs));
  }

  /** The exchange's ids of orders of which the account has fills that are new. */
  filled(orderIds: Iterable<string>): void {
    for (const orderId of orderIds) {
      const tracked = this.#orders.find(null, orderId);
      if (tracked !== undefined) suspect(tracked);
    }
  }

  /** Without an answer nothing is concluded; other polls may find what this one would have shown. */
  failed(poll: Poll, error: string, nowMs: number): void {
    this.#lastError = error;
    switch (poll.kind) {
      case 'orders':
        return this.#polls.shown(poll, null, this.#taking(nowMs));
      case 'open-orders':
        return this.#polls.listed(poll, null, this.#taking(nowMs));
      case 'search':
        return this.#polls.notSearched(poll);
      case 'account-fills':
        this.fills.accountAnswered(null, nowMs);
        return this.#polls.listSoon();
      case 'order-fills':
        this.fills.fillsAnswered(poll);
    }
  }

  /** From now on changes are pushed; what happened before is not known. */
  connected(nowMs: number): void {
    this.#polls.listSoon();
    this.#orders.allDue(nowMs);
  }

  /** What was pushed is believed whatever state the order is in. False where the order is not tracked. */
  pushed(pushed: PushedOrder, { isLate }: { isLate: boolean }, nowMs: number): boolean {
    const tracked = this.#orders.find(pushed.clientOrderId, pushed.orderId);
    if (tracked === undefined) return false;
    const order = asExchangeOrder(pushed, tracked.trade);
    // A late message may be out of date, and one without figures says only that something happened.
    if (order === null || isLate) tracked.dueAtMs = 0;
    else this.#observe(tracked, order, 'push', nowMs);
    return true;
  }

  #answered(nowMs: number): void {
    this.#lastError = null;
    this.#sweptAtMs = nowMs;
  }

  #taking(nowMs: number): (tracked: TrackedOrder, order: ExchangeOrder) => void {
    return (tracked, order) => {
      seen(tracked, { isOpen: meaningOf(order.status).kind === 'open' }, nowMs);
      this.#observe(tracked, order, 'sweep', nowMs);
    };
  }

  #observe(tracked: TrackedOrder, order: ExchangeOrder, source: ObservedFact['source'], nowMs: number): void {
    this.#reports.observe(tracked, observation(order, source, nowMs), nowMs);
  }
}
