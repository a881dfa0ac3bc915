/** Text and JSON as PostgreSQL can store them. */
import { Type } from '@mikro-orm/postgresql';

/** Any text. The one character that PostgreSQL cannot store, U+0000, becomes the replacement character. */
export class TextType extends Type<string, string> {
  override convertToDatabaseValue(value: string): string {
    return typeof value === 'string' ? storable(value) : value;
  }

  override getColumnType(): string {
    return 'text';
  }
}

/** What a plain statement may be given, too. */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd');
}

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
