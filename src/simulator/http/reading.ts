/** Reading orders and fills. */
import { InvalidArgument, NotFound } from '../core/errors.ts';
import type { Paging } from '../core/listing.ts';
import { listFills as fillsPage, listOrders as ordersPage } from '../core/listing.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { ok } from './api.ts';
import { fillView, orderView } from './order-view.ts';

/** Coinbase names no default for orders; clients ask for up to 1000. */
const ORDERS_PER_PAGE = 1000;
const FILLS_PER_PAGE = 100;
const MAX_ROWS_PER_PAGE = 1000;

/** Coinbase's statuses; a request for any other is malformed. */
const STATUSES: ReadonlySet<string> = new Set([
  'PENDING',
  'OPEN',
  'FILLED',
  'CANCELLED',
  'EXPIRED',
  'FAILED',
  'UNKNOWN_ORDER_STATUS',
  'QUEUED',
  'CANCEL_QUEUED',
  'EDIT_QUEUED',
]);

/** GET /orders/historical/{order_id}; a client order id is not accepted here. */
export function getOrder(call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const order = exchange.store.byOrderId(call.id);
  if (!order || order.purged) throw new NotFound('order with this orderID was not found');
  return ok({ order: orderView(order) });
}

/** GET /orders/historical/batch, newest first. */
export function listOrders({ query }: ApiCall, { exchange, listing }: ApiContext): ApiAnswer {
  const statuses = query.getAll('order_status');
  const unknown = statuses.find((status) => !STATUSES.has(status));
  if (unknown !== undefined) throw new InvalidArgument(`unknown order_status ${unknown}`);
  const wantsOpen = statuses.includes('OPEN');
  if (wantsOpen && statuses.length > 1 && !listing.openCombines) {
    throw new InvalidArgument('order_status OPEN cannot be combined with other statuses');
  }
  const page = ordersPage(
    exchange.store,
    {
      orderIds: query.getAll('order_ids'),
      productIds: query.getAll('product_ids'),
      statuses,
      side: query.get('order_side'),
      createdFrom: timeIn(query, 'start_date'),
      createdTo: timeIn(query, 'end_date'),
      most: wantsOpen ? listing.maxOpenOrders : null,
    },
    pagingIn(query, ORDERS_PER_PAGE),
  );
  return ok({
    orders: page.rows.map(orderView),
    sequence: '0',
    has_next: page.hasNext,
    cursor: page.cursor,
    proof_token_required: false,
  });
}

/** GET /orders/historical/fills, newest first; only the cursor says whether there are more. */
export function listFills({ query }: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const page = fillsPage(
    exchange.store,
    {
      orderIds: query.getAll('order_ids'),
      tradeIds: query.getAll('trade_ids'),
      productIds: query.getAll('product_ids'),
      from: timeIn(query, 'start_sequence_timestamp'),
      to: timeIn(query, 'end_sequence_timestamp'),
    },
    pagingIn(query, FILLS_PER_PAGE),
  );
  return ok({ fills: page.rows.map(fillView), cursor: page.cursor });
}

function pagingIn(query: URLSearchParams, defaultLimit: number): Paging {
  const limit = Number(query.get('limit') ?? defaultLimit);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new InvalidArgument('limit must be a whole number from 1');
  // Clients send an empty cursor for the first page.
  const cursor = query.get('cursor') || null;
  if (cursor !== null && !/^\d+$/.test(cursor)) throw new InvalidArgument('cursor must be one from an earlier answer');
  return { limit: Math.min(limit, MAX_ROWS_PER_PAGE), cursor };
}

function timeIn(query: URLSearchParams, name: string): number | null {
  const value = query.get(name);
  if (value === null || value === '') return null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new InvalidArgument(`${name} must be an RFC 3339 time`);
  return time;
}
