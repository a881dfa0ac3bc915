/** The plans that were set, found by client order id. */
import type { OrderPlan, PlanTarget } from './plan.ts';

export class Plans {
  readonly #exact = new Map<string, OrderPlan>();
  readonly #byPrefix = new Map<string, OrderPlan>();

  set(target: PlanTarget, plan: OrderPlan): void {
    if ('clientOrderId' in target) this.#exact.set(target.clientOrderId, plan);
    else this.#byPrefix.set(target.clientOrderIdPrefix, plan);
  }

  clear(): void {
    this.#exact.clear();
    this.#byPrefix.clear();
  }

  entries(): { target: PlanTarget; plan: OrderPlan }[] {
    return [
      ...[...this.#exact].map(([clientOrderId, plan]) => ({ target: { clientOrderId }, plan })),
      ...[...this.#byPrefix].map(([clientOrderIdPrefix, plan]) => ({ target: { clientOrderIdPrefix }, plan })),
    ];
  }

  find(clientOrderId: string): OrderPlan | null {
    const exact = this.#exact.get(clientOrderId);
    if (exact) return exact;
    let best: string | null = null;
    for (const prefix of this.#byPrefix.keys()) {
      if (clientOrderId.startsWith(prefix) && prefix.length >= (best?.length ?? 0)) best = prefix;
    }
    return best === null ? null : (this.#byPrefix.get(best) ?? null);
  }
}
