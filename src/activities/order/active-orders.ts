import type { ObservedFact } from '../../domain/order/fact.ts';

type Take = (fact: ObservedFact) => Promise<unknown>;

/**
 * The orders that activities of this process are working on. What the feed learns of such an order is handed to the
 * activity: it stands in the activity's answer, and so in the order's history, without a signal.
 */
export class ActiveOrders {
  readonly #takers = new Map<string, Take>();

  /** Hands the fact to whoever works on the order; null where nobody does, else resolves when it is applied. */
  offer(clientOrderId: string, fact: ObservedFact): Promise<unknown> | null {
    return this.#takers.get(clientOrderId)?.(fact) ?? null;
  }

  async during<Result>(clientOrderId: string, take: Take, work: () => Promise<Result>): Promise<Result> {
    this.#takers.set(clientOrderId, take);
    try {
      return await work();
    } finally {
      if (this.#takers.get(clientOrderId) === take) this.#takers.delete(clientOrderId);
    }
  }
}
