import { InvalidPageError } from '../../ports/trade-store-error.ts';

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

export function decodeCursor(cursor: string): Position {
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
