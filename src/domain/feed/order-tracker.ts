/** The open orders that the feed tracks: which there are, when each is due, and which nobody has confirmed for too long. */
import { isEnded, type TrackedTrade } from '../order/trade.ts';
import { confirmationsOf, confirmedBefore, type Confirmations } from './confirmations.ts';
import {
  asked,
  lastCheckedMs,
  needsConfirmation,
  pollIntervalMs,
  refresh,
  trackedAs,
  type TrackedOrder,
  type TrackedTimes,
} from './tracked-order.ts';

export class OrderTracker {
  #orders = new Map<string, TrackedOrder>();
  #byOrderId = new Map<string, TrackedOrder>();
  /** Until the open trades were read once: what the feed before saved. */
  #saved: Confirmations | null;
  /** When the last reading of the open trades began; null before the first. */
  #readAtMs: number | null = null;
  /** Orders that ended after a reading may have begun, and when. */
  readonly #ended = new Map<string, number>();

  constructor(saved: Confirmations | null = null) {
    this.#saved = saved;
  }

  get size(): number {
    return this.#orders.size;
  }

  all(): IterableIterator<TrackedOrder> {
    return this.#orders.values();
  }

  find(clientOrderId: string | null, orderId: string | null): TrackedOrder | undefined {
    const byOrderId = orderId === null ? undefined : this.#byOrderId.get(orderId);
    return byOrderId ?? (clientOrderId === null ? undefined : this.#orders.get(clientOrderId));
  }

  /** Takes over the trades that are open, as a reading that began at `readAtMs` found them. The first time all are due. */
  replace(trades: readonly TrackedTrade[], readAtMs: number): void {
    const before = this.#orders;
    this.#orders = new Map();
    this.#byOrderId = new Map();
    for (const trade of trades) {
      if ((this.#ended.get(trade.clientOrderId) ?? -Infinity) < readAtMs) this.#renew(trade, before, readAtMs);
    }
    // Learnt while the reading was under way.
    for (const order of before.values()) {
      if (order.knownAtMs > readAtMs && !this.#orders.has(order.trade.clientOrderId)) this.#put(order);
    }
    for (const [clientOrderId, endedAtMs] of this.#ended) {
      if (endedAtMs < readAtMs) this.#ended.delete(clientOrderId);
    }
    this.#readAtMs = readAtMs;
    this.#saved = null;
  }

  /** A trade as it was read or written by itself. */
  learn(trade: TrackedTrade, nowMs: number): void {
    const before = this.#orders.get(trade.clientOrderId);
    if (isEnded(trade.status)) {
      this.#orders.delete(trade.clientOrderId);
      if (before !== undefined && before.trade.orderId !== null) this.#byOrderId.delete(before.trade.orderId);
      this.#ended.set(trade.clientOrderId, nowMs);
    } else if (before === undefined || !refresh(before, trade, nowMs)) {
      const times = { knownAtMs: nowMs, confirmedAtMs: nowMs, dueAtMs: nowMs + pollIntervalMs(trade) };
      this.#put(trackedAs(trade, before, times));
    }
  }

  /** Those to be asked about now. An order that is being placed is looked at by its own activities. */
  due(nowMs: number): TrackedOrder[] {
    const due: TrackedOrder[] = [];
    for (const order of this.#orders.values()) {
      if (order.trade.status !== 'placing' && order.dueAtMs <= nowMs) due.push(order);
    }
    return due;
  }

  /**
   * All that one answer may cover: those that are due, and those that wait at their usual pace, so that of many orders
   * all come to be due together. They count as asked about.
   */
  cover(nowMs: number): TrackedOrder[] {
    const covered = [...this.#orders.values()].filter(
      ({ trade, dueAtMs, waitMs }) =>
        trade.orderId !== null &&
        trade.status !== 'placing' &&
        (dueAtMs <= nowMs || (trade.status === 'pending' && waitMs <= pollIntervalMs(trade))),
    );
    for (const order of covered) asked(order, nowMs);
    return covered;
  }

  /** Those to be asked for by id as soon as a request may be sent. */
  wanted(): TrackedOrder[] {
    const wanted: TrackedOrder[] = [];
    for (const order of this.#orders.values()) {
      if (order.isWanted && !order.isAsked && order.trade.status !== 'placing' && order.trade.orderId !== null) {
        wanted.push(order);
      }
    }
    return wanted;
  }

  /** After a gap nobody knows what was missed. */
  allDue(nowMs: number): void {
    for (const order of this.#orders.values()) order.dueAtMs = Math.min(order.dueAtMs, nowMs);
  }

  /** Resting orders that no answer has confirmed for their window, each once until it is confirmed again. */
  takeUnconfirmed(nowMs: number): TrackedOrder[] {
    const unconfirmed: TrackedOrder[] = [];
    for (const order of this.#orders.values()) {
      const isOver = nowMs - order.confirmedAtMs >= order.trade.policy.monitorForMs;
      if (!isOver || order.isReportedUnconfirmed || !needsConfirmation(order.trade)) continue;
      order.isReportedUnconfirmed = true;
      unconfirmed.push(order);
    }
    return unconfirmed;
  }

  /** For the feed that takes over; null before anything is known. */
  confirmations(nowMs: number): Confirmations | null {
    return this.#readAtMs === null ? this.#saved : confirmationsOf(this.#orders.values(), nowMs);
  }

  #renew(trade: TrackedTrade, orders: ReadonlyMap<string, TrackedOrder>, readAtMs: number): void {
    const before = orders.get(trade.clientOrderId);
    const isKept = before !== undefined && (before.knownAtMs > readAtMs || refresh(before, trade, readAtMs));
    this.#put(isKept ? before : trackedAs(trade, before, this.#timesOf(trade, before, readAtMs)));
  }

  #timesOf(trade: TrackedTrade, before: TrackedOrder | undefined, readAtMs: number): TrackedTimes {
    if (this.#readAtMs === null && before === undefined) {
      const { clientOrderId, policy } = trade;
      const last = { clientOrderId, monitorForMs: policy.monitorForMs, checkedAtMs: lastCheckedMs(trade) };
      return { knownAtMs: readAtMs, confirmedAtMs: confirmedBefore(this.#saved, last, readAtMs), dueAtMs: readAtMs };
    }
    // It came to stand so after the reading before, however the database's clock runs.
    const sinceMs = Math.max(this.#readAtMs ?? readAtMs, before?.knownAtMs ?? 0);
    return { knownAtMs: readAtMs, confirmedAtMs: readAtMs, dueAtMs: sinceMs + pollIntervalMs(trade) };
  }

  #put(order: TrackedOrder): void {
    this.#orders.set(order.trade.clientOrderId, order);
    if (order.trade.orderId !== null) this.#byOrderId.set(order.trade.orderId, order);
  }
}
