/** The kinds of column that the entities are made of. All but whole numbers and truth values are strings in the domain. */
import { p, Type } from '@mikro-orm/postgresql';
import { jsonText, JsonType, TextType } from './storable.ts';
import { camelKeys, snakeKeys } from '../../domain/names.ts';
import type { OrderPolicy } from '../../domain/order/policy.ts';

export const id = () => p.bigint('string').primary();
export const text = <T extends string = string>() => p.type(TextType).$type<T>();
export const numeric = () => p.type(NumericType).$type<string>();
export const timestamp = () => p.type(TimestampType).$type<string>();
/** A time that the database's own clock gives, unless another is given. */
export const now = () => timestamp().defaultRaw('clock_timestamp()');
/** The transaction that writes the row. */
export const writtenIn = () => p.type(TransactionIdType).$type<string>().defaultRaw('pg_current_xact_id()');
export const json = <T>() => p.type(JsonType).$type<T>();

/**
 * Unconstrained `numeric` as a decimal string, digit for digit as PostgreSQL gives it. MikroORM's own decimal type is
 * not used because it compares values as floating-point numbers, and so misses a change in the 17th digit.
 */
class NumericType extends Type<string, string> {
  override getColumnType(): string {
    return 'numeric';
  }
}

/** The number of a transaction as `xid8`, which never wraps around. */
class TransactionIdType extends Type<string, string> {
  override getColumnType(): string {
    return 'xid8';
  }
}

const STORED = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/;

/** `timestamptz` as an RFC 3339 UTC string, with milliseconds or, where the time has them, microseconds. A `Date` would lose these. */
class TimestampType extends Type<string, string> {
  override convertToJSValue(value: string): string {
    return utcTime(value);
  }

  /** Else MikroORM makes a `Date` of it before it comes here. */
  override compareAsType(): string {
    return 'string';
  }

  override getColumnType(): string {
    return 'timestamptz';
  }
}

/** PostgreSQL's text of a time (`2026-11-23 13:00:00.5+01`, in the session's time zone) as `2026-11-23T12:00:00.500Z`. */
export function utcTime(stored: string): string {
  const [, day, time, fraction = '', hours, minutes = '00'] = STORED.exec(stored) ?? [];
  if (day === undefined) throw new Error(`the database returned what is not a time: ${stored}`);
  const isUtc = Number(hours) === 0 && Number(minutes) === 0;
  const wholeSeconds = isUtc
    ? `${day}T${time}`
    : new Date(`${day}T${time}${hours}:${minutes}`).toISOString().slice(0, 19);
  return `${wholeSeconds}.${fraction.padEnd(3, '0')}Z`;
}

/** A policy in `jsonb`: `place_for_ms` in the database, `placeForMs` in the domain. */
export class PolicyType extends Type<OrderPolicy, unknown> {
  override convertToDatabaseValue(policy: OrderPolicy): string {
    return jsonText(snakeKeys(policy));
  }

  override convertToJSValue(stored: unknown): OrderPolicy {
    return readPolicy(stored);
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}

/** Of a plain row. */
export function readPolicy(stored: unknown): OrderPolicy {
  return camelKeys<OrderPolicy>(stored as object);
}
