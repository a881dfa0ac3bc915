/** Lists, a page at a time, newest first. */
import { DEFAULT_LIMIT, MAX_LIMIT, type Page, type PageRequest } from '../../ports/page.ts';
import { InvalidPageError } from '../../ports/trade-store-error.ts';

/** A list ordered by time and id, newest first. */
export interface Listing<Row> {
  /** At most so many rows, of those after the position if there is one. */
  read(limit: number, after: Position | null): Promise<Row[]>;
  timeOf(row: Row): string;
}

/** A page begins where the last one ended, however many rows were added meanwhile. Throws InvalidPageError. */
export async function readPage<Row extends { id: string }>(
  { limit = DEFAULT_LIMIT, cursor }: PageRequest,
  { read, timeOf }: Listing<Row>,
): Promise<Page<Row>> {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidPageError(`limit must be a whole number from 1 to ${MAX_LIMIT}, not ${limit}`);
  }
  const rows = await read(limit + 1, cursor === undefined ? null : decodeCursor(cursor));
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? encodeCursor({ at: timeOf(last), id: last.id }) : null };
}

/** The last row of a page; the next page has what comes after it. */
export interface Position {
  /** The row's time, by which the list is ordered. */
  at: string;
  id: string;
}

const POSITION = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,6}Z)\/(\d{1,18})$/;

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(`${at}/${id}`).toString('base64url');
}

function decodeCursor(cursor: string): Position {
  const [, at, id] = POSITION.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined || !isTime(at)) {
    throw new InvalidPageError('cursor is malformed: give the next cursor of the page before, or none');
  }
  return { at, id };
}

/** A time as PostgreSQL takes it: it knows no 30 February, which a `Date` makes the 2 March, and no year 0. */
function isTime(at: string): boolean {
  const time = new Date(at);
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1) return false;
  return time.toISOString().slice(0, 19) === at.slice(0, 19);
}
