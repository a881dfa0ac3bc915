/** One look at one order: by the exchange's id where it is known, else by searching the listing for ours. */
import { productAliases, type ExchangeOrder } from '../domain/order/exchange-order.ts';
import { ABSENT_AT_EXCHANGE, type SyncLook } from '../domain/order/sync-report.ts';
import type { Trade } from '../domain/order/trade.ts';
import { ExchangeError, type Exchange, type RequestPriority } from './exchange.ts';
import type { TradeStore } from './trade-store.ts';

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

/** `orderId` is null where the exchange's id is not known. */
export type OrderIds = Pick<Trade, 'clientOrderId' | 'orderId'>;

/** A look that somebody waits for: where the exchange does not answer, the caller is informed and may ask again. */
export async function lookAtOrder(ports: LookupPorts, order: OrderIds, signal: AbortSignal): Promise<SyncLook> {
  const now = (): string => new Date().toISOString();
  try {
    const found = await lookUpOrder(ports, order, 'urgent', signal);
    if (found.kind === 'seen') return { ...found, at: now() };
    return { kind: 'absent', error: ABSENT_AT_EXCHANGE, at: now() };
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return { kind: 'no-answer', error: error.message, at: now() };
  }
}

/** Throws ExchangeError when there was no answer. */
export async function lookUpOrder(
  { exchange, trades }: LookupPorts,
  { clientOrderId, orderId }: OrderIds,
  priority: RequestPriority,
  signal: AbortSignal,
): Promise<Lookup> {
  if (orderId !== null) return lookUpById(exchange, orderId, priority, signal);
  const trade = await trades.find(clientOrderId);
  if (trade === null) return { kind: 'absent' };
  if (trade.orderId !== null) return lookUpById(exchange, trade.orderId, priority, signal);
  // Without an attempt too: a database that was restored from a backup has forgotten those that came later.
  return searchListing(exchange, trade, trade.postAttemptedAt ?? trade.createdAt, { priority, signal });
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
  postedAt: string,
  { priority, signal }: { priority: RequestPriority; signal: AbortSignal },
): Promise<Lookup> {
  const filter = {
    productIds: productAliases(trade.productId),
    createdFrom: shifted(trade.createdAt, -SEARCH_BEFORE_MS),
    createdTo: shifted(postedAt, SEARCH_AFTER_MS),
  };
  const { orders } = await exchange.listOrders(filter, priority, signal);
  const order = orders.find((candidate) => candidate.clientOrderId === trade.clientOrderId);
  return order === undefined ? { kind: 'absent' } : { kind: 'seen', order, source: 'listing' };
}

function shifted(time: string, byMs: number): string {
  return new Date(Date.parse(time) + byMs).toISOString();
}
