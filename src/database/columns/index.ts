/** The kinds of column that the entities are made of. All but whole numbers and truth values are strings in the domain. */
import { p } from '@mikro-orm/postgresql';
import { JsonType } from './json.ts';
import { NumericType } from './numeric.ts';
import { TextType } from './text.ts';
import { TimestampType } from './timestamp.ts';
import { TransactionIdType } from './transaction-id.ts';

export const id = () => p.bigint('string').primary();
export const text = <T extends string = string>() => p.type(TextType).$type<T>();
export const numeric = () => p.type(NumericType).$type<string>();
export const timestamp = () => p.type(TimestampType).$type<string>();
/** A time that the database's own clock gives, unless another is given. */
export const now = () => timestamp().defaultRaw('clock_timestamp()');
/** The transaction that writes the row. */
export const writtenIn = () => p.type(TransactionIdType).$type<string>().defaultRaw('pg_current_xact_id()');
export const json = <T>() => p.type(JsonType).$type<T>();
