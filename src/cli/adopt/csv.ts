import { CsvError, parse } from 'csv-parse/sync';

export interface CsvRow {
  /** Of the file, from 1; where the row begins. */
  line: number;
  fields: string[];
}

/** A byte order mark and blank rows are skipped; fields are trimmed. Throws an Error that names the line. */
export function parseCsv(text: string): CsvRow[] {
  try {
    const rows = parse(text, {
      bom: true,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_records_with_empty_values: true,
      trim: true,
      // The types of `parse` do not follow the option `info`.
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return rows.map(({ record, info }) => ({
      line: info.lines - record.join('').split('\n').length + 1,
      fields: record.map((field) => field.trim()),
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`line ${String(error['lines'])}: ${whatIsWrong(error)}`, { cause: error });
  }
}

function whatIsWrong({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return 'the file ends inside a quoted field: a quote before this line is not closed';
  return message.replace(/ at line \d+/, '');
}
