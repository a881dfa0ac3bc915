/** The smallest order that a product allows, at a distance from its price. */
import { Big, type RoundingMode } from 'big.js';
import type { Side } from './trade.ts';

export interface ProductSteps {
  priceIncrement: string;
  baseIncrement: string;
  baseMinSize: string;
  quoteMinSize: string;
}

export interface SmallestOrder {
  limitPrice: string;
  baseSize: string;
  /** What it would cost or bring, without fees. */
  quoteValue: string;
}

/** The limit is below the price for a BUY and above it for a SELL, never nearer than the distance. */
export function smallestOrder(
  steps: ProductSteps,
  { side, price, distancePercent }: { side: Side; price: string; distancePercent: string },
): SmallestOrder {
  const distance = new Big(price).times(distancePercent).div(100);
  const limitPrice =
    side === 'BUY'
      ? inSteps(new Big(price).minus(distance), steps.priceIncrement, Big.roundDown)
      : inSteps(new Big(price).plus(distance), steps.priceIncrement, Big.roundUp);
  if (!limitPrice.gt(0)) throw new RangeError(`the price ${price} leaves no room for a limit below it`);
  const least = new Big(steps.quoteMinSize).div(limitPrice);
  const wanted = least.gt(steps.baseMinSize) ? least : new Big(steps.baseMinSize);
  const rounded = inSteps(wanted, steps.baseIncrement, Big.roundUp);
  // A quotient has 20 decimals, so it may be too small by less than the last of them.
  const isTooSmall = rounded.times(limitPrice).lt(steps.quoteMinSize);
  const baseSize = isTooSmall ? rounded.plus(steps.baseIncrement) : rounded;
  return {
    limitPrice: limitPrice.toFixed(),
    baseSize: baseSize.toFixed(),
    quoteValue: baseSize.times(limitPrice).toFixed(),
  };
}

function inSteps(value: Big, increment: string, rounding: RoundingMode): Big {
  return value.div(increment).round(0, rounding).times(increment);
}
