/** The port `Exchange` over Coinbase Advanced Trade's REST interface. */
import type { Exchange, RequestEnd } from '../ports/exchange.ts';
import { cancelOrder, getOrder, listOrders } from './rest/orders.ts';
import { CoinbaseClient, type ClientOptions } from './rest/client.ts';
import { listFills, listFillsSince } from './rest/fills.ts';
import { createSigner } from './auth/jwt.ts';
import { keyPermissions, time } from './auth/key.ts';
import { whyNotAllowed } from './auth/live-guard.ts';
import { getProduct } from './rest/products.ts';
import { createOrder } from './rest/create-order.ts';
import { RequestBudget } from './budget/request-budget.ts';

export interface CoinbaseSettings {
  /** Scheme, host and port, no path. */
  restUrl: string;
  keyName: string;
  /** As `importPrivateKey` takes it. */
  privateKey: string;
  /** What the exchange allows this deployment. */
  requestsPerSecond: number;
  /** Shared with other processes. Default: one of this connection's own, of `requestsPerSecond`. */
  budget?: RequestBudget;
  /** From the connection to the last byte; the wait for the budget is not in it. Default 7,000: what is asked again then is known within 10 s of the exchange's return. */
  requestTimeoutMs?: number;
  /** The same for the POST of an order, which has to leave time to be repeated. Default 5,000. */
  placementTimeoutMs?: number;
  /** How far the exchange's clock is ahead of ours, as far as that is known. Default: they are taken to agree. */
  clockOffsetMs?: () => number;
  /** The operator's `ORDER_SYNC_LIVE=yes`; without it only loopback is spoken to. Default false. */
  live?: boolean;
  /** Called for every request that has ended. */
  onEnd?: (end: RequestEnd) => void;
}

/** All that a deployment needs to know of its exchange. */
export interface ExchangeAccess extends CoinbaseSettings {
  /** Where it pushes changes: scheme, host and port. Null: everything is found by sweeps. */
  wsUrl: string | null;
}

/** Opens no connection yet. Throws an Error for an address that may not be used and for a key that cannot be read. */
export function connectCoinbase(settings: CoinbaseSettings): Exchange {
  const { restUrl, keyName, privateKey, requestsPerSecond, budget = new RequestBudget(requestsPerSecond) } = settings;
  const problem = whyNotAllowed(restUrl, 'rest', { live: settings.live ?? false, hasKey: true });
  if (problem !== null) throw new Error(`Coinbase's address ${problem}`);
  return exchangeOver({
    restUrl,
    sign: createSigner(keyName, privateKey, settings.clockOffsetMs),
    budget,
    requestTimeoutMs: settings.requestTimeoutMs ?? 7_000,
    placementTimeoutMs: settings.placementTimeoutMs ?? 5_000,
    ...(settings.onEnd && { onEnd: settings.onEnd }),
  });
}

function exchangeOver(options: ClientOptions): Exchange {
  const client = new CoinbaseClient(options);
  return {
    hasRoom: () => options.budget.hasRoom,
    tryReservePlacement: () => options.budget.tryReserve(),
    reservePlacement: (botId, signal) => options.budget.reserve(botId, signal),
    releasePlacement: () => options.budget.takeReserved()?.release(),
    createOrder: (order, limits) => createOrder(client, order, limits),
    cancelOrder: (order, signal) => cancelOrder(client, order, signal),
    getOrder: (orderId, priority, signal) => getOrder(client, orderId, priority, signal),
    listOrders: (filter, priority, signal) => listOrders(client, filter, priority, signal),
    listFills: (orderIds, priority, signal) => listFills(client, orderIds, priority, signal),
    listFillsSince: (from, priority, signal) => listFillsSince(client, from, priority, signal),
    metered: (onRequest) => exchangeOver({ ...options, onRequest }),
    product: (productId, signal) => getProduct(client, productId, signal),
    keyPermissions: (signal) => keyPermissions(client, signal),
    time: (signal) => time(client, signal),
  };
}
