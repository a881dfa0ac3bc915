/** Exact arithmetic on decimal strings. A number never stands for money here. */
import { Big } from 'big.js';

const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

/** A plain, unsigned decimal such as `10`, `0.00000001` or `21220.6399`: no sign, no exponent, at most 30 digits a side. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && DECIMAL.test(value);
}

export function isPositiveDecimal(value: unknown): value is string {
  return isDecimal(value) && /[1-9]/.test(value);
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. */
export function compareDecimals(a: string, b: string): number {
  return new Big(a).cmp(b);
}

export function equalDecimals(a: string, b: string): boolean {
  return compareDecimals(a, b) === 0;
}
