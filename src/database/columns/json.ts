import { Type } from '@mikro-orm/postgresql';

/** Plain JSON in `jsonb`. */
export class JsonType extends Type<unknown, unknown> {
  override convertToDatabaseValue(value: unknown): unknown {
    return value === null || value === undefined ? null : jsonText(value);
  }

  override getColumnType(): string {
    return 'jsonb';
  }
}

/**
 * JSON that `jsonb` accepts. It refuses U+0000 and an unpaired surrogate, which a signal or the exchange
 * may well bring: they become the replacement character. `.` consumes every other escape whole, so that
 * the text `\u0000` after an escaped backslash is left alone.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/\\(u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escape, what: string) =>
    what.length > 1 ? '\ufffd' : escape,
  );
}
