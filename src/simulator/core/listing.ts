/** Lists of orders and fills: newest first, in pages. */
import type { Fill, Order } from './order.ts';
import { hasEnded } from './order.ts';
import type { OrderStore } from './order-store.ts';

export interface Page<Row> {
  rows: Row[];
  hasNext: boolean;
  /** Points after the last row; empty when there is no next page. */
  cursor: string;
}

export interface Paging {
  limit: number;
  /** Null for the first page. */
  cursor: string | null;
}

/** Empty lists do not restrict. Times are Unix milliseconds. */
export interface OrderFilter {
  orderIds: readonly string[];
  productIds: readonly string[];
  statuses: readonly string[];
  side: string | null;
  createdFrom: number | null;
  /** Exclusive. */
  createdTo: number | null;
  /** The list ends after this many, as if there were no more; null for all. */
  most: number | null;
}

export interface FillFilter {
  orderIds: readonly string[];
  tradeIds: readonly string[];
  productIds: readonly string[];
  from: number | null;
  /** Exclusive. */
  to: number | null;
}

export function listOrders(store: OrderStore, filter: OrderFilter, paging: Paging): Page<Order> {
  const productIds = new Set(filter.productIds);
  const statuses = new Set(filter.statuses);
  let left = filter.most ?? Infinity;
  const fits = (order: Order): boolean =>
    !order.purged &&
    (productIds.size === 0 || productIds.has(order.product.productId) || productIds.has(order.reportedProductId)) &&
    (statuses.size === 0 || statuses.has(order.status)) &&
    (filter.side === null || filter.side === order.side) &&
    isWithin(order.createdAt, filter.createdFrom, filter.createdTo);
  // Counts rows over all pages, so it includes those of earlier pages.
  const accepts = (order: Order): boolean => fits(order) && (left -= 1) >= 0;
  return page(newestFirst(candidates(store, filter)), accepts, paging);
}

export function listFills(store: OrderStore, filter: FillFilter, paging: Paging): Page<Fill> {
  const productIds = new Set(filter.productIds);
  const tradeIds = new Set(filter.tradeIds);
  const accepts = (fill: Fill): boolean =>
    !fill.order.purged &&
    (productIds.size === 0 || productIds.has(fill.order.product.productId)) &&
    (tradeIds.size === 0 || tradeIds.has(fill.tradeId)) &&
    isWithin(fill.tradeTime, filter.from, filter.to);
  const fills =
    filter.orderIds.length === 0
      ? store.fills()
      : bySequence(ordersOf(store, filter.orderIds).flatMap((order) => [...store.fillsOf(order)]));
  return page(newestFirst(fills), accepts, paging);
}

/** The orders to filter, oldest first: a request for a few ids must not go through all orders. */
function candidates(store: OrderStore, filter: OrderFilter): readonly Order[] {
  if (filter.orderIds.length > 0) return bySequence(ordersOf(store, filter.orderIds));
  const wantsUnendedOnly = filter.statuses.length > 0 && filter.statuses.every((status) => !hasEnded({ status }));
  return wantsUnendedOnly ? bySequence([...store.unended()]) : store.orders();
}

function ordersOf(store: OrderStore, orderIds: readonly string[]): Order[] {
  return [...new Set(orderIds)].flatMap((orderId) => store.byOrderId(orderId) ?? []);
}

function bySequence<Row extends { sequence: number }>(rows: Row[]): Row[] {
  return rows.sort((a, b) => a.sequence - b.sequence);
}

function* newestFirst<Row>(rows: readonly Row[]): Generator<Row> {
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const row = rows[index];
    if (row !== undefined) yield row;
  }
}

function isWithin(time: number, from: number | null, to: number | null): boolean {
  return (from === null || time >= from) && (to === null || time < to);
}

function page<Row extends { sequence: number }>(
  candidates: Iterable<Row>,
  accepts: (row: Row) => boolean,
  { limit, cursor }: Paging,
): Page<Row> {
  const before = cursor === null ? Infinity : Number(cursor);
  const rows: Row[] = [];
  for (const row of candidates) {
    if (!accepts(row) || row.sequence >= before) continue;
    if (rows.length === limit) return { rows, hasNext: true, cursor: String(rows[limit - 1]?.sequence) };
    rows.push(row);
  }
  return { rows, hasNext: false, cursor: '' };
}
