/** Exact arithmetic on decimal strings. A number never stands for money here. */
import { Big } from 'big.js';

export { isDecimal, isPositiveDecimal } from './decimal-format.ts';

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareDecimals(a: string, b: string): number {
  return new Big(a).cmp(b);
}

export function equalDecimals(a: string, b: string): boolean {
  return compareDecimals(a, b) === 0;
}
