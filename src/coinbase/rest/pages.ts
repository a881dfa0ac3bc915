/** Listings come in pages. What is returned is whole, or it is an error. */
import { ExchangeError, ORDER_IDS_A_REQUEST, type RequestPriority } from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';

/** How one kind of listing is asked for and read. */
export interface Listing<Row> {
  path: string;
  /** The largest that clients are known to use; Coinbase names no limit. */
  pageSize: number;
  rows(page: JsonObject): Row[];
  /** Unique for a row: the same row on two pages, because the list moved meanwhile, counts once. */
  idOf(row: Row): string;
  orderIdOf(row: Row): string;
}

/** One listing asked for; the parameters are Coinbase's, without `order_ids`, `limit` and `cursor`. */
export interface ListingRequest {
  parameters: readonly (readonly [string, string])[];
  /** Absent: of all orders. */
  orderIds?: readonly string[] | undefined;
  priority: RequestPriority;
  signal?: AbortSignal | undefined;
}

/** 100 pages are 100,000 orders or 25,000 fills; more in one request is a mistake, or a list that never ends. */
const MAX_PAGES = 100;

/** All rows, in the exchange's order. Throws ExchangeError; a listing that is cut off is `malformed-answer`. */
export async function listAll<Row>(
  client: CoinbaseClient,
  listing: Listing<Row>,
  request: ListingRequest,
): Promise<Row[]> {
  if (request.orderIds === undefined) return listPages(client, listing, request);
  const ids = [...new Set(request.orderIds)];
  const parts: Row[][] = [];
  for (let start = 0; start < ids.length; start += ORDER_IDS_A_REQUEST) {
    parts.push(await listOf(client, listing, request, ids.slice(start, start + ORDER_IDS_A_REQUEST)));
  }
  return parts.flat();
}

/** Asks for the orders in halves when they are too many for one request. */
async function listOf<Row>(
  client: CoinbaseClient,
  listing: Listing<Row>,
  request: ListingRequest,
  orderIds: readonly string[],
): Promise<Row[]> {
  try {
    return await listPages(client, listing, { ...request, orderIds });
  } catch (error) {
    if (orderIds.length === 1 || !isTooLong(error)) throw error;
    const middle = Math.ceil(orderIds.length / 2);
    const first = await listOf(client, listing, request, orderIds.slice(0, middle));
    return [...first, ...(await listOf(client, listing, request, orderIds.slice(middle)))];
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof ExchangeError && (error.httpStatus === 400 || error.httpStatus === 414);
}

async function listPages<Row>(
  client: CoinbaseClient,
  listing: Listing<Row>,
  { parameters, orderIds, priority, signal }: ListingRequest,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  const cursors = new Set<string>();
  const query = new URLSearchParams({ limit: String(listing.pageSize) });
  for (const [name, value] of parameters) query.append(name, value);
  for (const id of orderIds ?? []) query.append('order_ids', id);

  for (;;) {
    const page = await client.ask({ method: 'GET', path: listing.path, query }, priority, signal);
    for (const row of listing.rows(page)) {
      const owner = listing.orderIdOf(row);
      if (orderIds?.includes(owner) === false) throw page.malformed(`order ${owner} was not asked for`);
      rows.set(listing.idOf(row), row);
    }
    const cursor = nextCursor(page);
    if (cursor === null) return [...rows.values()];
    if (cursors.has(cursor)) throw page.malformed('the listing repeats a cursor');
    if (cursors.add(cursor).size >= MAX_PAGES) throw page.malformed(`the listing has more than ${MAX_PAGES} pages`);
    query.set('cursor', cursor);
  }
}

/** Null on the last page. Orders say `has_next`; fills have the cursor alone, empty at the end. */
function nextCursor(page: JsonObject): string | null {
  const cursor = page.text('cursor');
  const hasNext = page.flag('has_next');
  if (hasNext === true && cursor === null) throw page.malformed('has_next is true without a cursor');
  return hasNext === false ? null : cursor;
}
