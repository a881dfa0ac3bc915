/** One look at one order: by the exchange's id where it is known, else by searching the listing for ours. */
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { productAliases } from '../../domain/order/product.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type Exchange, type RequestPriority } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import { cancellation } from '../runtime/activity-context.ts';

/** The listing is searched from a minute before the row (clocks differ) to an hour after the last POST (it may land late). */
const SEARCH_BEFORE_MS = 60_000;
const SEARCH_AFTER_MS = 3_600_000;

export type Lookup =
  | { kind: 'seen'; order: ExchangeOrder; source: 'look' | 'listing' }
  /** The exchange answered, and the order was not in the answer: no proof that it does not exist. */
  | { kind: 'absent' };

export interface LookupPorts {
  exchange: Exchange;
  trades: TradeStore;
}

/** Throws ExchangeError when there was no answer. Ends with the signal, which is the activity's own if none is given. */
export async function lookUpOrder(
  { exchange, trades }: LookupPorts,
  { clientOrderId, orderId }: { clientOrderId: string; orderId: string | null },
  priority: RequestPriority,
  signal: AbortSignal = cancellation(),
): Promise<Lookup> {
  if (orderId !== null) return lookUpById(exchange, orderId, priority, signal);
  const trade = await trades.find(clientOrderId);
  // Without a row or an attempt there is nothing that the exchange could have.
  if (trade === null || trade.postAttemptedAt === null) return { kind: 'absent' };
  if (trade.orderId !== null) return lookUpById(exchange, trade.orderId, priority, signal);
  return searchListing(exchange, trade, trade.postAttemptedAt, { priority, signal });
}

async function lookUpById(
  exchange: Exchange,
  orderId: string,
  priority: RequestPriority,
  signal: AbortSignal,
): Promise<Lookup> {
  try {
    const order = await exchange.getOrder(orderId, priority, signal);
    return { kind: 'seen', order, source: 'look' };
  } catch (error) {
    if (error instanceof ExchangeError && error.kind === 'not-found') return { kind: 'absent' };
    throw error;
  }
}

/** Coinbase has no lookup by client order id: the listing of the product and time is searched for it. */
async function searchListing(
  exchange: Exchange,
  trade: Trade,
  postAttemptedAt: string,
  { priority, signal }: { priority: RequestPriority; signal: AbortSignal },
): Promise<Lookup> {
  const filter = {
    productIds: productAliases(trade.productId),
    createdFrom: shifted(trade.createdAt, -SEARCH_BEFORE_MS),
    createdTo: shifted(postAttemptedAt, SEARCH_AFTER_MS),
  };
  const { orders } = await exchange.listOrders(filter, priority, signal);
  const order = orders.find((candidate) => candidate.clientOrderId === trade.clientOrderId);
  return order === undefined ? { kind: 'absent' } : { kind: 'seen', order, source: 'listing' };
}

function shifted(time: string, byMs: number): string {
  return new Date(Date.parse(time) + byMs).toISOString();
}
