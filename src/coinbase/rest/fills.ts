/** The fills of orders, corrections and reversals included. */
import type { Fill } from '../../domain/order/exchange-order.ts';
import type { FillListing, RequestPriority } from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';
import { listAll, type ListEndpoint, type ListingRequest } from './pagination.ts';

const FILLS: ListEndpoint<Fill> = {
  endpoint: 'list-fills',
  path: '/orders/historical/fills',
  pageSize: 250,
  rows: (page, setAside) => page.readable('fills', readFill, setAside),
  idOf: (fill) => fill.entryId,
  orderIdOf: (fill) => fill.orderId,
};

/** All fills of the orders, or an error. */
export function listFills(
  client: CoinbaseClient,
  orderIds: readonly string[],
  priority: RequestPriority,
  signal?: AbortSignal,
): Promise<FillListing> {
  return list(client, { parameters: [], orderIds, priority, signal });
}

/** All fills that were entered since then, or an error. */
export function listFillsSince(
  client: CoinbaseClient,
  from: string,
  priority: RequestPriority,
  signal?: AbortSignal,
): Promise<FillListing> {
  return list(client, { parameters: [['start_sequence_timestamp', from]], priority, signal });
}

async function list(client: CoinbaseClient, request: ListingRequest): Promise<FillListing> {
  const { rows, unreadable } = await listAll(client, FILLS, request);
  return { fills: rows, unreadable };
}

function readFill(fill: JsonObject): Fill {
  return {
    entryId: fill.required('entry_id'),
    tradeId: fill.text('trade_id'),
    orderId: fill.required('order_id'),
    tradeTime: fill.requiredTime('trade_time'),
    tradeType: fill.text('trade_type') ?? 'FILL',
    price: fill.requiredDecimal('price'),
    size: fill.requiredDecimal('size'),
    sizeInQuote: fill.flag('size_in_quote') ?? false,
    commission: fill.decimal('commission') ?? '0',
    productId: fill.text('product_id'),
    side: fill.text('side'),
    liquidityIndicator: fill.text('liquidity_indicator'),
    sequenceTimestamp: fill.time('sequence_timestamp'),
  };
}
