/** Values before and after they were stored in PostgreSQL. */
import { isDecimal } from '../../domain/decimal-format.ts';
import { compareDecimals } from '../../domain/decimal.ts';
import { isRecord } from '../../domain/field-error.ts';
import { sameJson } from '../../domain/order/order-request.ts';

/** Times are rounded to microseconds by the database, and decimals may be padded. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return sameJson(storable(one), storable(other));
  if (isDecimal(one) && isDecimal(other)) return compareDecimals(one, other) === 0;
  return storable(one) === storable(other) || Math.abs(Date.parse(one) - Date.parse(other)) <= 1;
}

/** What PostgreSQL cannot store, U+0000 and half a surrogate pair, becomes the replacement character in it. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '\ufffd').toWellFormed();
  if (Array.isArray(value)) return value.map(storable);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [storable(name), storable(field)]));
}
