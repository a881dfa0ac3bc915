import { Type } from '@mikro-orm/postgresql';

/** Any text. The one character that PostgreSQL cannot store, U+0000, becomes the replacement character. */
export class TextType extends Type<string, string> {
  override convertToDatabaseValue(value: string): string {
    return typeof value === 'string' ? value.replaceAll('\u0000', '\ufffd') : value;
  }

  override getColumnType(): string {
    return 'text';
  }
}
