/** All orders and fills by their time of creation, found by either id in constant time. */
import type { Fill, Order } from './order.ts';
import { hasEnded } from './order.ts';

export class OrderStore {
  readonly #orders: Order[] = [];
  readonly #byOrderId = new Map<string, Order>();
  readonly #byClientOrderId = new Map<string, Order>();
  readonly #unended = new Set<Order>();
  readonly #fills: Fill[] = [];
  readonly #fillsByOrder = new Map<Order, Fill[]>();

  /** The sequence number of the next order. */
  get nextOrderSequence(): number {
    return this.#orders.length;
  }

  get nextFillSequence(): number {
    return this.#fills.length;
  }

  add(order: Order): void {
    this.#orders.push(order);
    this.#byOrderId.set(order.orderId, order);
    this.#byClientOrderId.set(order.clientOrderId, order);
    this.#unended.add(order);
  }

  addFill(fill: Fill): void {
    this.#fills.push(fill);
    const fills = this.#fillsByOrder.get(fill.order);
    if (fills) fills.push(fill);
    else this.#fillsByOrder.set(fill.order, [fill]);
  }

  /** Updates the index of orders that have not ended; to be called after each change of a status. */
  reindex(order: Order): void {
    if (hasEnded(order)) this.#unended.delete(order);
    else this.#unended.add(order);
  }

  byOrderId(orderId: string): Order | undefined {
    return this.#byOrderId.get(orderId);
  }

  byClientOrderId(clientOrderId: string): Order | undefined {
    return this.#byClientOrderId.get(clientOrderId);
  }

  orders(): readonly Order[] {
    return this.#orders;
  }

  unended(): ReadonlySet<Order> {
    return this.#unended;
  }

  fills(): readonly Fill[] {
    return this.#fills;
  }

  fillsOf(order: Order): readonly Fill[] {
    return this.#fillsByOrder.get(order) ?? [];
  }
}
