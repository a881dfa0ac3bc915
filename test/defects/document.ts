/** The table of the defects in docs/reliability.md. */
import { join } from 'node:path';
import { ROOT, type Defect, type NamedTest } from './defect.ts';

export const DOCUMENT = join(ROOT, 'docs', 'reliability.md');
const BEGIN = '<!-- generated from test/defects/patches by `npm run defects -- --write`: do not edit -->';
const END = '<!-- end of what is generated -->';

/** The document with the part between its markers replaced. */
export function withDefects(document: string, defects: readonly Defect[]): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${DOCUMENT} must have the lines ${BEGIN} and ${END}`);
  }
  return `${before}${BEGIN}\n\n${tableOf(defects)}\n\n${END}${after}`;
}

/** In columns, as prettier wants it. */
function tableOf(defects: readonly Defect[]): string {
  const header = ['Defect', 'What it would cost', 'Caught by'];
  const rows = defects.map(({ title, cost, tests }) => [title, cost, tests.map(linkTo).join('; ')]);
  const widths = header.map((cell, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? cell).length)),
  );
  const lines = [header, widths.map((width) => '-'.repeat(width)), ...rows];
  return lines
    .map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function linkTo({ file, title }: NamedTest): string {
  const name = file.replace(/^test\/(.*)\.test\.ts$/, '$1');
  return `[${name}](../${file}): ${title}`;
}
