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
