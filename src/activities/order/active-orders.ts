import type { ObservedFact } from '../../domain/order/fact.ts';

/** Applies the fact, and answers whether it changed the row. */
type Take = (fact: ObservedFact) => Promise<boolean>;

/**
 * The orders that activities of this process are working on. What the feed learns of such an order is handed to the
 * activity: it stands in the activity's answer, and so in the order's history, without a signal.
 */
export class ActiveOrders {
  readonly #takers = new Map<string, Take>();

  /**
   * Hands the fact to whoever works on the order; null where nobody does. Resolves when it is applied: false where it
   * changed the row after the activity had answered, so that the workflow must be informed in another way. A fact that
   * changed nothing was known by then, and so was what the activity answered.
   */
  offer(clientOrderId: string, fact: ObservedFact): Promise<boolean> | null {
    const take = this.#takers.get(clientOrderId);
    if (take === undefined) return null;
    return take(fact).then((isNews) => !isNews || this.#takers.get(clientOrderId) === take);
  }

  /** The answer of whoever works on the order may reach nobody from now on. */
  leave(clientOrderId: string): void {
    this.#takers.delete(clientOrderId);
  }

  /** `work` shall not make the answer: what is taken before this resolves belongs to it. */
  async during<Result>(clientOrderId: string, take: Take, work: () => Promise<Result>): Promise<Result> {
    this.#takers.set(clientOrderId, take);
    try {
      return await work();
    } finally {
      if (this.#takers.get(clientOrderId) === take) this.#takers.delete(clientOrderId);
    }
  }
}
