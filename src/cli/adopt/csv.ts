/** Comma-separated values by RFC 4180: quoted fields, doubled quotes, line breaks of either kind; a BOM and blank lines are passed over. */

export interface CsvRow {
  /** Of the file, from 1; where the row begins. */
  line: number;
  fields: string[];
}

const FIELD = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;
const SEPARATOR = /,|\r?\n|\r|$/y;

/** Throws an Error that names the line. */
export function parseCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  let row: CsvRow = { line, fields: [] };
  for (;;) {
    const [whole = '', quoted, bare = ''] = matchAt(FIELD, text, at) ?? [];
    const [separator] = matchAt(SEPARATOR, text, at + whole.length) ?? [];
    if (separator === undefined) throw new Error(`line ${line}: a quote stands inside of a field, or is never closed`);
    row.fields.push((quoted?.replaceAll('""', '"') ?? bare).trim());
    at += whole.length + separator.length;
    line += whole.split('\n').length - 1;
    if (separator === ',') continue;
    if (row.fields.some((field) => field !== '')) rows.push(row);
    if (separator === '') return rows;
    line += 1;
    row = { line, fields: [] };
  }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
