/** Money and sizes: exact decimals, written in plain digits, never with an exponent. */
import Big from 'big.js';

export type Decimal = Big;

export const ZERO: Decimal = new Big(0);

const UNSIGNED_DECIMAL = /^\d{1,20}(\.\d{1,20})?$/;

export function decimal(text: string): Decimal {
  return new Big(text);
}

/** Null for anything but an unsigned decimal in digits, at most 20 before and 20 after the point. */
export function parseDecimal(text: unknown): Decimal | null {
  return typeof text === 'string' && UNSIGNED_DECIMAL.test(text) ? new Big(text) : null;
}

export function text(value: Decimal): string {
  return value.toFixed();
}

export function smaller(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

export function notNegative(value: Decimal): Decimal {
  return value.lt(0) ? ZERO : value;
}

/** The largest multiple of a decimal increment (0.01, 0.00000001) that is not above the value. */
export function roundDown(value: Decimal, increment: Decimal): Decimal {
  return value.round(decimalPlaces(increment), Big.roundDown);
}

export function isMultipleOf(value: Decimal, increment: Decimal): boolean {
  return value.eq(roundDown(value, increment));
}

function decimalPlaces(increment: Decimal): number {
  return Math.max(0, increment.c.length - increment.e - 1);
}
