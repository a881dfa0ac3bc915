/** What a decimal string looks like. Needs no library, because the client checks requests and brings none. */

const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

/** A plain, unsigned decimal such as `10`, `0.00000001` or `21220.6399`: no sign, no exponent, at most 30 digits a side. */
export function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && DECIMAL.test(value);
}

export function isPositiveDecimal(value: unknown): value is string {
  return isDecimal(value) && /[1-9]/.test(value);
}
