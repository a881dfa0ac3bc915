import { Type } from '@mikro-orm/postgresql';

const STORED = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?([+-]\d{2})(?::?(\d{2}))?$/;

/** `timestamptz` as an RFC 3339 UTC string, with milliseconds or, where the time has them, microseconds. A `Date` would lose these. */
export class TimestampType extends Type<string, string> {
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
  if (day === undefined) throw new Error(`the database gave a time that is none: ${stored}`);
  const wholeSeconds = new Date(`${day}T${time}${hours}:${minutes}`).toISOString().slice(0, 19);
  return `${wholeSeconds}.${fraction.padEnd(3, '0')}Z`;
}
