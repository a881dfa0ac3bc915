import { stripVTControlCharacters } from 'node:util';

/** Text that came from elsewhere, which must not move the cursor or forge a line. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
