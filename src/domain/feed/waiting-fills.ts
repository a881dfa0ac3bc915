/** Ended trades whose recorded fills do not add up yet: when each is to be asked for, and which a person must be alerted to. */
import { ORDER_IDS_A_REQUEST } from '../order/exchange-order.ts';
import type { Trade } from '../order/trade.ts';
import type { OrderFillsPoll } from './polls.ts';

/** A round of the account's fills brings nearly all of them. */
const FIRST_WAIT_MS = 2_500;
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 60_000;
/** After the row changed last, as far as this process knows. */
const OVERDUE_MS = 30_000;

interface Waiting {
  trade: Trade;
  /** When this version of the row was first seen. */
  sinceMs: number;
  waitMs: number;
  dueAtMs: number;
  isOut: boolean;
  /** The account's list did not bring its fills in time. */
  isLate: boolean;
}

export class WaitingFills {
  /** By the exchange's id. */
  readonly #waiting = new Map<string, Waiting>();

  isOverdue({ orderId, updatedAt }: Trade, nowMs: number): boolean {
    const waiting = this.#waiting.get(orderId ?? '');
    return waiting !== undefined && waiting.trade.updatedAt === updatedAt && nowMs - waiting.sinceMs >= OVERDUE_MS;
  }

  /** Those of the ended trades that are new, or whose row has changed. */
  changed(ended: readonly Trade[]): Trade[] {
    return ended.filter(({ orderId, updatedAt }) => this.#waiting.get(orderId ?? '')?.trade.updatedAt !== updatedAt);
  }

  /** The trade's fills do not add up. `sinceMs`: when its row was read. */
  wait(trade: Trade, sinceMs: number): void {
    const { orderId } = trade;
    if (orderId === null) return;
    const before = this.#waiting.get(orderId);
    const isSame = before !== undefined && before.trade.updatedAt === trade.updatedAt;
    const fresh = {
      sinceMs,
      waitMs: MIN_WAIT_MS,
      dueAtMs: sinceMs + FIRST_WAIT_MS,
      isOut: before?.isOut ?? false,
      isLate: before?.isLate ?? false,
    };
    this.#waiting.set(orderId, isSame ? { ...before, trade } : { trade, ...fresh });
  }

  isLate({ orderId }: Trade): boolean {
    return this.#waiting.get(orderId ?? '')?.isLate === true;
  }

  /** Only the order's own list can complete the trade: it is asked for at once. */
  late(trade: Trade, nowMs: number): void {
    this.wait(trade, nowMs);
    const waiting = this.#waiting.get(trade.orderId ?? '');
    if (waiting !== undefined) Object.assign(waiting, { isLate: true, dueAtMs: nowMs });
  }

  complete(orderId: string | null): void {
    if (orderId !== null) this.#waiting.delete(orderId);
  }

  /** Drops those that somebody else has completed, where `ended` are all that wait. */
  keepOnly(ended: readonly Trade[]): void {
    const still = new Set(ended.map(({ orderId }) => orderId));
    for (const orderId of this.#waiting.keys()) if (!still.has(orderId)) this.#waiting.delete(orderId);
  }

  /** One request at a time, for those that wait longest. */
  next(nowMs: number): OrderFillsPoll | null {
    const waiting = [...this.#waiting.values()];
    if (waiting.some(({ isOut }) => isOut)) return null;
    const due = waiting
      .filter(({ dueAtMs }) => dueAtMs <= nowMs)
      .toSorted((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, ORDER_IDS_A_REQUEST);
    if (due.length === 0) return null;
    for (const each of due) {
      const overdueAtMs = each.sinceMs + OVERDUE_MS;
      const nextAtMs = nowMs + each.waitMs;
      each.isOut = true;
      each.isLate = true;
      each.dueAtMs = nowMs < overdueAtMs ? Math.min(nextAtMs, overdueAtMs) : nextAtMs;
      each.waitMs = Math.min(each.waitMs * 2, MAX_WAIT_MS);
    }
    return { kind: 'order-fills', orderIds: due.flatMap(({ trade }) => trade.orderId ?? []), priority: 'sweep' };
  }

  /** The trades of a question that was answered, or failed. */
  answered({ orderIds }: OrderFillsPoll): Trade[] {
    return orderIds.flatMap((orderId) => {
      const waiting = this.#waiting.get(orderId);
      if (waiting === undefined) return [];
      waiting.isOut = false;
      return [waiting.trade];
    });
  }
}
