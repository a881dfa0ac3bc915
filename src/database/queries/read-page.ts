import { DEFAULT_LIMIT, MAX_LIMIT, type Page, type PageRequest } from '../../ports/page.ts';
import { InvalidPageError } from '../../ports/trade-store-error.ts';
import { decodeCursor, encodeCursor, type Position } from './cursor.ts';

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
