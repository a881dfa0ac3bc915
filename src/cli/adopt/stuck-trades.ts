/** The orders to adopt, as a file or the command line names them. */
import { messageOf } from '../../domain/message-of.ts';
import { parseCsv, type CsvRow } from './csv.ts';

export interface StuckTrade {
  /** The exchange's. */
  orderId: string;
  botId: string;
  /** Where the file names it; none for the command line. */
  lines: number[];
}

export type ReadStuckTrades = { kind: 'sound'; trades: StuckTrade[] } | { kind: 'malformed'; mistakes: string[] };

const COLUMNS = ['order_id', 'bot_id'] as const;
/** 200 requests to the exchange, and some minutes. */
const MAX_ROWS = 10_000;

/** Reads the columns `order_id` and `bot_id`, in any order and among others. An order that is named twice counts once. */
export function readStuckTrades(text: string): ReadStuckTrades {
  let rows: CsvRow[];
  try {
    rows = parseCsv(text);
  } catch (error) {
    return malformed(messageOf(error));
  }
  const [header, ...body] = rows;
  const missing = COLUMNS.filter((column) => !header?.fields.includes(column));
  if (header === undefined || missing.length > 0) {
    return malformed(
      `line ${header?.line ?? 1}: a header with the columns ${COLUMNS.join(' and ')} is needed; ${missing.join(' and ')} not found`,
    );
  }
  if (body.length === 0) return malformed('there is no order below the header');
  if (body.length > MAX_ROWS)
    return malformed(`${body.length} orders are too many at once: divide the file, ${MAX_ROWS} are the most`);
  return readRows(header, body);
}

function malformed(...mistakes: string[]): ReadStuckTrades {
  return { kind: 'malformed', mistakes };
}

function readRows(header: CsvRow, body: readonly CsvRow[]): ReadStuckTrades {
  const byOrder = new Map<string, StuckTrade>();
  const mistakes: string[] = [];
  for (const { line, fields } of body) {
    const [orderId = '', botId = ''] = COLUMNS.map((column) => fields[header.fields.indexOf(column)]);
    const before = byOrder.get(orderId);
    const wrong =
      fields.length === header.fields.length
        ? whyNotStuckTrade({ orderId, botId }, before)
        : `has ${fields.length} fields, the header ${header.fields.length}`;
    if (wrong !== null) mistakes.push(`line ${line}: ${wrong}`);
    else if (before === undefined) byOrder.set(orderId, { orderId, botId, lines: [line] });
    else before.lines.push(line);
  }
  return mistakes.length > 0 ? malformed(...mistakes) : { kind: 'sound', trades: [...byOrder.values()] };
}

/** What is wrong with an order to be adopted, or null. `before` is the same order as it was named before. */
export function whyNotStuckTrade(
  { orderId, botId }: Pick<StuckTrade, 'orderId' | 'botId'>,
  before?: StuckTrade,
): string | null {
  if (!/^[\x21-\x7e]{1,128}$/.test(orderId)) return 'order_id must be 1 to 128 characters without blanks';
  if (!/^[^\p{Cc}]{1,128}$/u.test(botId.trim()))
    return 'bot_id must be 1 to 128 characters without line breaks or other control characters';
  if (before !== undefined && before.botId !== botId) {
    return `order ${orderId} is ${botId}'s here and ${before.botId}'s in line ${before.lines[0]}`;
  }
  return null;
}
