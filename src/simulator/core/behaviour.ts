/** What the market does with an order that has no plan. */
import { chance } from './chance.ts';
import type { Decimal } from './decimal.ts';
import type { Order, Side } from './order.ts';
import type { PlanStep } from './plan.ts';

const MAX_PARTS = 3;

/** True if an order with this limit price can be filled at the price. */
export function priceReaches(side: Side, price: Decimal, limitPrice: Decimal): boolean {
  return side === 'BUY' ? price.lte(limitPrice) : price.gte(limitPrice);
}

/** The price of a taker: the market's, but never worse than the limit. */
export function takingPrice(order: Pick<Order, 'side' | 'terms'>, price: Decimal): Decimal {
  const { limitPrice } = order.terms;
  return limitPrice && !priceReaches(order.side, price, limitPrice) ? limitPrice : price;
}

/** What happens to the order right after it was accepted; null if it rests in the book until its price is reached. */
export function defaultSteps(order: Order, price: Decimal, marketFillMs: number): PlanStep[] | null {
  const { kind, timeInForce, limitPrice } = order.terms;
  switch (kind) {
    case 'market':
      return [{ do: 'fill', afterMs: marketFillMs }];
    case 'limit':
    case 'twap':
      if (limitPrice && priceReaches(order.side, price, limitPrice)) return [{ do: 'fill' }];
      return timeInForce === 'IOC' || timeInForce === 'FOK' ? [{ do: 'cancel' }] : null;
    case 'stop-limit':
    case 'bracket':
      return null;
  }
}

/** The next part of a resting order whose price is reached: it is filled in one to three parts, one a tick. */
export function partsOf(order: Order, seed: number): { part?: string } {
  const parts = 1 + Math.floor(chance(seed, 'parts', order.clientOrderId) * MAX_PARTS);
  return order.fillCount + 1 < parts ? { part: parts === 2 ? '0.5' : '0.3' } : {};
}
