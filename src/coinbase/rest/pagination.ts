/** Listings come in pages. What is returned has every row, those that cannot be read set aside, or it is an error. */
import { isRecord } from '../../domain/field-error.ts';
import { ORDER_IDS_A_REQUEST } from '../../domain/order/exchange-order.ts';
import {
  ExchangeError,
  type ExchangeEndpoint,
  type RequestPriority,
  type UnreadableRow,
} from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';

/** How one kind of listing is requested and read. */
export interface ListEndpoint<Row> {
  endpoint: ExchangeEndpoint;
  path: string;
  /** The largest that clients are known to use; Coinbase names no limit. */
  pageSize: number;
  rows(page: JsonObject, setAside: (item: unknown, error: ExchangeError) => void): Row[];
  /** Unique for a row: the same row on two pages, because the list moved meanwhile, counts once. */
  idOf(row: Row): string;
  orderIdOf(row: Row): string;
}

export interface Rows<Row> {
  rows: Row[];
  unreadable: UnreadableRow[];
}

/** One request for a listing; the parameters are Coinbase's, without `order_ids`, `limit` and `cursor`. */
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
  endpoint: ListEndpoint<Row>,
  request: ListingRequest,
): Promise<Rows<Row>> {
  if (request.orderIds === undefined) return listPages(client, endpoint, request);
  const ids = [...new Set(request.orderIds)];
  const parts: Rows<Row>[] = [];
  for (let start = 0; start < ids.length; start += ORDER_IDS_A_REQUEST) {
    parts.push(await listOf(client, endpoint, request, ids.slice(start, start + ORDER_IDS_A_REQUEST)));
  }
  return joined(parts);
}

export function joined<Row>(parts: readonly Rows<Row>[]): Rows<Row> {
  return { rows: parts.flatMap(({ rows }) => rows), unreadable: parts.flatMap(({ unreadable }) => unreadable) };
}

/** Asks for the orders in halves when they are too many for one request. */
async function listOf<Row>(
  client: CoinbaseClient,
  endpoint: ListEndpoint<Row>,
  request: ListingRequest,
  orderIds: readonly string[],
): Promise<Rows<Row>> {
  try {
    return await listPages(client, endpoint, { ...request, orderIds });
  } catch (error) {
    if (orderIds.length === 1 || !isTooLong(error)) throw error;
    const middle = Math.ceil(orderIds.length / 2);
    const first = await listOf(client, endpoint, request, orderIds.slice(0, middle));
    return joined([first, await listOf(client, endpoint, request, orderIds.slice(middle))]);
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof ExchangeError && (error.httpStatus === 400 || error.httpStatus === 414);
}

async function listPages<Row>(
  client: CoinbaseClient,
  endpoint: ListEndpoint<Row>,
  { parameters, orderIds, priority, signal }: ListingRequest,
): Promise<Rows<Row>> {
  const rows = new Map<string, Row>();
  const unreadable: UnreadableRow[] = [];
  const cursors = new Set<string>();
  const query = new URLSearchParams({ limit: String(endpoint.pageSize) });
  for (const [name, value] of parameters) query.append(name, value);
  for (const id of orderIds ?? []) query.append('order_ids', id);

  for (;;) {
    const page = await client.request(
      { endpoint: endpoint.endpoint, method: 'GET', path: endpoint.path, query },
      priority,
      signal,
    );
    const setAside = (item: unknown, error: ExchangeError) => {
      unreadable.push({ orderId: orderIdOf(item), problem: error.message });
    };
    for (const row of endpoint.rows(page, setAside)) {
      const owner = endpoint.orderIdOf(row);
      if (orderIds?.includes(owner) === false) throw page.malformed(`order ${owner} was not asked for`);
      rows.set(endpoint.idOf(row), row);
    }
    const cursor = nextCursor(page);
    if (cursor === null) return { rows: [...rows.values()], unreadable };
    if (cursors.has(cursor)) throw page.malformed('the listing repeats a cursor');
    if (cursors.add(cursor).size >= MAX_PAGES) throw page.malformed(`the listing has more than ${MAX_PAGES} pages`);
    query.set('cursor', cursor);
  }
}

function orderIdOf(item: unknown): string | null {
  const orderId = isRecord(item) ? item['order_id'] : null;
  return typeof orderId === 'string' && orderId !== '' ? orderId : null;
}

/** Null on the last page. Orders say `has_next`; fills have the cursor alone, empty at the end. */
function nextCursor(page: JsonObject): string | null {
  const cursor = page.text('cursor');
  const hasNext = page.flag('has_next');
  if (hasNext === true && cursor === null) throw page.malformed('has_next is true without a cursor');
  return hasNext === false ? null : cursor;
}
