/** What an order's fills add up to, exactly. */
import { Big } from 'big.js';
import type { Fill } from './exchange-order.ts';

/** Averages are quotients and need not end; 18 places are more than any product's price has. */
const AVERAGE_PLACES = 18;

/**
 * By how much the base may miss that was bought with quote-sized fills, because it is a quotient: a hundred-millionth, or
 * a millionth of a large size. Both are less than the smallest fill.
 */
const TOLERANCE = '0.00000001';
const RELATIVE_TOLERANCE = '0.000001';

export interface FillTotals {
  /** In the base currency. */
  size: string;
  /** In the quote currency. */
  value: string;
  fees: string;
  averagePrice: string;
  /** False when the size is a quotient, because a fill's size was given in the quote currency. */
  isExact: boolean;
  /** When the order was last filled. A later correction does not move it, as it does not move the order's own time. */
  newestTradeTime: string | null;
}

export function totalsOf(fills: readonly Fill[]): FillTotals {
  let size = new Big(0);
  let value = new Big(0);
  let fees = new Big(0);
  let newestTradeTime: string | null = null;
  for (const fill of fills) {
    // A REVERSAL takes back what the fill that it names added.
    const sign = fill.tradeType === 'REVERSAL' ? -1 : 1;
    const { base, quote } = amounts(fill);
    size = size.plus(base.times(sign));
    value = value.plus(quote.times(sign));
    fees = fees.plus(new Big(fill.commission).times(sign));
    if (isCorrection(fill)) continue;
    if (newestTradeTime === null || Date.parse(fill.tradeTime) > Date.parse(newestTradeTime))
      newestTradeTime = fill.tradeTime;
  }
  return {
    size: size.toFixed(),
    value: value.toFixed(),
    fees: fees.toFixed(),
    averagePrice: size.eq(0) ? '0' : divided(value, size).toFixed(),
    isExact: fills.every((fill) => !fill.sizeInQuote),
    newestTradeTime,
  };
}

/** True when the fills are all of the order's: their sizes add up to its filled size. */
export function addUpTo(totals: FillTotals, filledSize: string): boolean {
  const missing = new Big(filledSize).minus(totals.size).abs();
  if (totals.isExact) return missing.eq(0);
  return missing.lte(TOLERANCE) || missing.lte(new Big(filledSize).times(RELATIVE_TOLERANCE));
}

/** True when the fills are more than the filled size, and not merely by what a quotient may miss. */
export function isMoreThan(totals: FillTotals, filledSize: string): boolean {
  return new Big(totals.size).gt(filledSize) && !addUpTo(totals, filledSize);
}

/** True when the exchange took fills back or corrected them (REVERSAL, CORRECTION), or added some of its own (SYNTHETIC). */
export function wasAdjusted(fills: readonly Fill[]): boolean {
  return fills.some(({ tradeType }) => tradeType !== 'FILL');
}

function isCorrection({ tradeType }: Fill): boolean {
  return tradeType === 'REVERSAL' || tradeType === 'CORRECTION';
}

/** With `size_in_quote` the size is money spent, and the base is what it bought. */
function amounts(fill: Fill): { base: Big; quote: Big } {
  const size = new Big(fill.size);
  const price = new Big(fill.price);
  return fill.sizeInQuote ? { base: divided(size, price), quote: size } : { base: size, quote: size.times(price) };
}

function divided(a: Big, b: Big): Big {
  const Precise = Big();
  Precise.DP = AVERAGE_PLACES;
  return new Precise(a.toFixed()).div(b.toFixed());
}
