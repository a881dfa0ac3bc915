/** Text in columns. Cells may be painted: what does not show has no width. */
import { stripVTControlCharacters } from 'node:util';

export { plain } from '../process/plain.ts';

const GAP = '  ';

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one pair a line; a pair without a value is left out. */
export function pairs(entries: readonly (readonly [name: string, value: string | null])[]): string {
  const shown = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(width - widthOf(cell), 0));
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
