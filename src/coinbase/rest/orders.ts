/** Orders as Coinbase's REST interface shows them: one by its id, or a listing. */
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import {
  ExchangeError,
  type CancelAnswer,
  type CancellableOrder,
  type OrderFilter,
  type OrderListing,
  type RequestPriority,
} from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';
import { joined, listAll, type ListEndpoint, type Rows } from './pagination.ts';

/** Throws ExchangeError `not-found` on Coinbase's own 404. */
export async function getOrder(
  client: CoinbaseClient,
  orderId: string,
  priority: RequestPriority,
  signal?: AbortSignal,
): Promise<ExchangeOrder> {
  const path = `/orders/historical/${encodeURIComponent(orderId)}`;
  const answer = await client.request({ endpoint: 'get-order', method: 'GET', path }, priority, signal);
  const order = answer.object('order');
  if (order === null) throw answer.malformed('it has no order');
  const read = readOrder(order);
  if (read.orderId !== orderId) throw answer.malformed(`it shows order ${read.orderId}`);
  return read;
}

const ORDERS: ListEndpoint<ExchangeOrder> = {
  endpoint: 'list-orders',
  path: '/orders/historical/batch',
  pageSize: 1000,
  rows(page, setAside) {
    // European accounts may be asked for a second factor, which an API key cannot give.
    if (page.flag('proof_token_required') === true) {
      throw new ExchangeError('unauthorised', 'GET /orders/historical/batch: Coinbase wants a proof token (2FA)');
    }
    return page.readable('orders', readOrder, setAside);
  },
  idOf: (order) => order.orderId,
  orderIdOf: (order) => order.orderId,
};

/** All orders that fit, or an error. An empty list of ids is answered without a request. */
export async function listOrders(
  client: CoinbaseClient,
  filter: OrderFilter,
  priority: RequestPriority,
  signal?: AbortSignal,
): Promise<OrderListing> {
  const parts: Rows<ExchangeOrder>[] = [];
  for (const statuses of combinable(filter.statuses ?? [])) {
    const parameters = parametersOf(filter, statuses);
    parts.push(await listAll(client, ORDERS, { parameters, orderIds: filter.orderIds, priority, signal }));
  }
  const { rows, unreadable } = joined(parts);
  // Its status may have changed between two requests, so that both show it: the later one holds.
  const orders = new Map(rows.map((order) => [order.orderId, order]));
  return { orders: [...orders.values()], unreadable };
}

/** Coinbase refused OPEN together with other statuses (its older documentation says so), so OPEN is asked for alone. */
function combinable(statuses: readonly string[]): (readonly string[])[] {
  const others = statuses.filter((status) => status !== 'OPEN');
  return others.length > 0 && others.length < statuses.length ? [['OPEN'], others] : [statuses];
}

function parametersOf(filter: OrderFilter, statuses: readonly string[]): [string, string][] {
  const parameters: [string, string][] = statuses.map((status) => ['order_status', status]);
  for (const product of filter.productIds ?? []) parameters.push(['product_ids', product]);
  if (filter.createdFrom !== undefined) parameters.push(['start_date', filter.createdFrom]);
  if (filter.createdTo !== undefined) parameters.push(['end_date', filter.createdTo]);
  return parameters;
}

function readOrder(order: JsonObject): ExchangeOrder {
  const lastUpdateTime = order.time('last_update_time');
  return {
    orderId: order.required('order_id'),
    clientOrderId: order.text('client_order_id'),
    productId: order.required('product_id'),
    side: order.required('side'),
    orderConfiguration: order.record('order_configuration'),
    // Coinbase's own word for it; like every status that is not known, it is not an end.
    status: order.text('status') ?? 'UNKNOWN_ORDER_STATUS',
    // '0' where it is missing, even of an order that has ended: a smaller size never replaces one that is known.
    filledSize: order.decimal('filled_size') ?? '0',
    averageFilledPrice: order.nonZeroDecimal('average_filled_price'),
    filledValue: order.decimal('filled_value'),
    totalFees: order.decimal('total_fees'),
    numberOfFills: order.count('number_of_fills'),
    createdTime: order.time('created_time'),
    lastFillTime: order.time('last_fill_time'),
    ...(lastUpdateTime !== null && { lastUpdateTime }),
    pendingCancel: order.flag('pending_cancel') ?? false,
    reason: rejectReason(order) ?? order.text('reject_message') ?? order.text('cancel_message'),
  };
}

function rejectReason(order: JsonObject): string | null {
  const reason = order.text('reject_reason');
  return reason === 'REJECT_REASON_UNSPECIFIED' ? null : reason;
}

/** What a row says when there is nothing to say; also beside `success: true`. */
const NO_REASON = 'UNKNOWN_CANCEL_FAILURE_REASON';

/** The answer is about the request alone: the order may fill all the same, so it has to be looked at again. */
export async function cancelOrder(
  client: CoinbaseClient,
  { orderId, botId }: CancellableOrder,
  signal?: AbortSignal,
): Promise<CancelAnswer> {
  const body = { order_ids: [orderId] };
  const path = '/orders/batch_cancel';
  const request = { endpoint: 'cancel-orders', method: 'POST', path, body, bot: botId } as const;
  const answer = await client.request(request, 'placement', signal);
  const row = answer.list('results').find((result) => result.text('order_id') === orderId);
  const submitted = row?.flag('success') ?? null;
  if (row === undefined || submitted === null) {
    throw answer.malformed(`it says nothing of order ${orderId}`);
  }
  return { submitted, failureReason: submitted ? null : (row.text('failure_reason') ?? NO_REASON) };
}
