/** Which orders are asked for by id, fifty a request, and none that is asked for already. */
import { ORDER_IDS_A_REQUEST } from '../order/exchange-order.ts';
import type { OrderTracker } from './order-tracker.ts';
import { ordersPriority, type OrdersPoll } from './polls.ts';
import { askedById, type TrackedOrder } from './tracked-order.ts';

const POLLS_AT_ONCE = 4;
/** In one round: the others are next, so that the budget is not used up by them. */
const MAX_PER_ROUND = 1_000;

export interface Sweep {
  isPushed: boolean;
  /** How often the account's fills are asked for. */
  roundMs: number;
}

export class ByIdPolls {
  readonly #orders: OrderTracker;
  #roundAtMs = -Infinity;
  #left = MAX_PER_ROUND;
  #out = 0;

  constructor(orders: OrderTracker) {
    this.#orders = orders;
  }

  want(orders: readonly TrackedOrder[]): void {
    for (const tracked of orders) if (!tracked.isAsked) tracked.isWanted = true;
  }

  /** Suspects first, then those that were confirmed longest ago. */
  next({ isPushed, roundMs }: Sweep, nowMs: number): OrdersPoll[] {
    if (nowMs - this.#roundAtMs >= roundMs) {
      this.#roundAtMs = nowMs;
      this.#left = MAX_PER_ROUND;
    }
    const room = Math.min((POLLS_AT_ONCE - this.#out) * ORDER_IDS_A_REQUEST, this.#left);
    const wanted = room > 0 ? this.#orders.wanted() : [];
    const next = wanted
      .toSorted((a, b) => Number(b.isSuspect) - Number(a.isSuspect) || a.confirmedAtMs - b.confirmedAtMs)
      .slice(0, room);
    const polls: OrdersPoll[] = [];
    for (let start = 0; start < next.length; start += ORDER_IDS_A_REQUEST) {
      const chunk = next.slice(start, start + ORDER_IDS_A_REQUEST);
      for (const tracked of chunk) askedById(tracked, nowMs);
      const trades = chunk.map(({ trade }) => trade);
      const orderIds = trades.flatMap(({ orderId }) => orderId ?? []);
      polls.push({ kind: 'orders', orderIds, priority: ordersPriority(trades, isPushed) });
    }
    this.#out += polls.length;
    this.#left -= next.length;
    return polls;
  }

  /** The orders of a question that was answered, or failed, as far as they are tracked still. */
  answered({ orderIds }: OrdersPoll): TrackedOrder[] {
    this.#out -= 1;
    const orders = orderIds.flatMap((orderId) => this.#orders.find(null, orderId) ?? []);
    for (const tracked of orders) tracked.isAsked = false;
    return orders;
  }
}
