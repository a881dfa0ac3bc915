import type { ObservedFact } from '../../domain/order/fact.ts';

/** Applies the fact, and answers whether it changed the row. */
type FactHandler = (fact: ObservedFact) => Promise<boolean>;

/**
 * The orders that activities of this process are working on. What the feed learns of such an order is handed to the
 * activity: it stands in the activity's answer, and so in the order's history, without a signal.
 */
export class ActiveOrders {
  readonly #handlers = new Map<string, FactHandler>();

  /**
   * Hands the fact to whoever works on the order; null where nobody does. Resolves when it is applied: false where it
   * changed the row after the activity had answered, so that the workflow must be informed in another way. A fact that
   * changed nothing was known by then, and so was what the activity answered.
   */
  offer(clientOrderId: string, fact: ObservedFact): Promise<boolean> | null {
    const handler = this.#handlers.get(clientOrderId);
    if (handler === undefined) return null;
    return handler(fact).then((isNews) => !isNews || this.#handlers.get(clientOrderId) === handler);
  }

  /** The answer of whoever works on the order may reach nobody from now on. */
  leave(clientOrderId: string): void {
    this.#handlers.delete(clientOrderId);
  }

  /** `work` shall not make the answer: what is taken before this resolves belongs to it. */
  async during<Result>(clientOrderId: string, handler: FactHandler, work: () => Promise<Result>): Promise<Result> {
    this.#handlers.set(clientOrderId, handler);
    try {
      return await work();
    } finally {
      if (this.#handlers.get(clientOrderId) === handler) this.#handlers.delete(clientOrderId);
    }
  }
}
