/** The REST interface: /api/v3/brokerage, and the few paths of /v2 that clients use. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { InvalidArgument, NotFound } from '../core/errors.ts';
import type { ApiAnswer, ApiCall, ApiContext, Endpoint, Handler, Interceptor } from './api.ts';
import { TOO_MANY_REQUESTS, UNAUTHORIZED, failure } from './api.ts';
import { getAccount, getKeyPermissions, getProduct, getTime, listAccounts, listProducts } from './catalogue.ts';
import { getExchangeRates, getOlderTime, listCryptoCurrencies, listCurrencies, listWallets } from './currencies.ts';
import { editOrder, previewEdit } from './editing.ts';
import type { Keys } from './jwt.ts';
import { cancelOrders, createOrder, previewOrder } from './orders.ts';
import type { RateLimit } from './limits.ts';
import { getBestBidAsk, getProductBook, listCandles, listMarketTrades } from './market-data.ts';
import { getPortfolio, getTransactionSummary, listPortfolios } from './portfolio.ts';
import { getOrder, listFills, listOrders } from './reading.ts';

const PREFIX = '/api/v3/brokerage';

interface Route {
  endpoint: Endpoint;
  method: HTTPMethods;
  path: string;
  handle: Handler;
  /** Needs no key. Default false. */
  isPublic?: boolean;
}

const get = (endpoint: Endpoint, path: string, handle: Handler): Route => ({
  endpoint,
  method: 'GET',
  path: PREFIX + path,
  handle,
});
const post = (endpoint: Endpoint, path: string, handle: Handler): Route => ({
  ...get(endpoint, path, handle),
  method: 'POST',
});
const open = (endpoint: Endpoint, path: string, handle: Handler): Route => ({
  endpoint,
  method: 'GET',
  path,
  handle,
  isPublic: true,
});

const ROUTES: readonly Route[] = [
  post('createOrder', '/orders', createOrder),
  post('cancelOrders', '/orders/batch_cancel', cancelOrders),
  post('previewOrder', '/orders/preview', previewOrder),
  post('editOrder', '/orders/edit', editOrder),
  post('previewEdit', '/orders/edit_preview', previewEdit),
  get('listOrders', '/orders/historical/batch', listOrders),
  get('listFills', '/orders/historical/fills', listFills),
  get('getOrder', '/orders/historical/:id', getOrder),
  get('listProducts', '/products', listProducts),
  get('getProduct', '/products/:id', getProduct),
  get('listMarketTrades', '/products/:id/ticker', listMarketTrades),
  get('listCandles', '/products/:id/candles', listCandles),
  get('getProductBook', '/product_book', getProductBook),
  get('getBestBidAsk', '/best_bid_ask', getBestBidAsk),
  get('listAccounts', '/accounts', listAccounts),
  get('getAccount', '/accounts/:id', getAccount),
  get('listPortfolios', '/portfolios', listPortfolios),
  get('getPortfolio', '/portfolios/:id', getPortfolio),
  get('getTransactionSummary', '/transaction_summary', getTransactionSummary),
  get('getKeyPermissions', '/key_permissions', getKeyPermissions),
  open('getTime', `${PREFIX}/time`, getTime),
  open('listProducts', `${PREFIX}/market/products`, listProducts),
  open('getProduct', `${PREFIX}/market/products/:id`, getProduct),
  open('listMarketTrades', `${PREFIX}/market/products/:id/ticker`, listMarketTrades),
  open('listCandles', `${PREFIX}/market/products/:id/candles`, listCandles),
  open('getProductBook', `${PREFIX}/market/product_book`, getProductBook),
  open('listCurrencies', '/v2/currencies', listCurrencies),
  open('listCurrencies', '/v2/currencies/crypto', listCryptoCurrencies),
  open('listCurrencies', '/v2/exchange-rates', getExchangeRates),
  { endpoint: 'listAccounts', method: 'GET', path: '/v2/accounts', handle: listWallets },
  open('getTime', '/v2/time', getOlderTime),
];

export interface RestDependencies extends ApiContext {
  keys: Keys;
  rateLimit: RateLimit;
  interceptor: Interceptor;
}

export function addRestRoutes(server: FastifyInstance, rest: RestDependencies): void {
  for (const route of ROUTES) {
    server.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(route, request, reply, rest),
    });
  }
}

async function serve(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  rest: RestDependencies,
): Promise<unknown> {
  const { interceptor } = rest;
  const call = callOf(route, request, rest);
  const refused = route.isPublic === true ? rateLimited(rest) : await authenticate(call, request, rest);
  if (refused) return send(reply, refused);

  const before = await interceptor.before(call);
  if (before.kind === 'pass') {
    const answer = answerTo(call, route.handle, rest);
    const after = await interceptor.after(call, answer);
    if (after.kind === 'pass') return send(reply, answer);
    if (after.kind === 'answer') return send(reply, after.answer);
    return abandon(reply, after.kind);
  }
  if (before.kind === 'answer') return send(reply, before.answer);
  return abandon(reply, before.kind);
}

function callOf(route: Route, request: FastifyRequest, { ledger, now }: RestDependencies): ApiCall {
  const { id = '' } = request.params as { id?: string };
  const body = typeof request.body === 'string' ? request.body : '';
  const receivedAt = now();
  ledger.recordRequest(route.endpoint, receivedAt);
  const post = route.endpoint === 'createOrder' ? ledger.recordPost(clientOrderIdIn(body), body, receivedAt) : null;
  const query = new URL(request.url, 'http://localhost').searchParams;
  return { endpoint: route.endpoint, id, query, body, receivedAt, canTrade: false, post };
}

/** Authenticates the request. Returns null if it may continue, else the error to answer with. */
async function authenticate(call: ApiCall, request: FastifyRequest, rest: RestDependencies): Promise<ApiAnswer | null> {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const [path = ''] = request.url.split('?');
  const key = token === undefined ? null : await rest.keys.verify(token, { method: request.method, path });
  if (!key) return UNAUTHORIZED;
  call.canTrade = key.canTrade;
  return rateLimited(rest);
}

function rateLimited({ rateLimit, now }: RestDependencies): ApiAnswer | null {
  return rateLimit.take(now()) ? null : TOO_MANY_REQUESTS;
}

function answerTo(call: ApiCall, handle: Handler, rest: RestDependencies): ApiAnswer {
  try {
    return handle(call, rest);
  } catch (error) {
    if (error instanceof InvalidArgument) return failure(400, 'INVALID_ARGUMENT', error.message);
    if (error instanceof NotFound) return failure(404, 'NOT_FOUND', error.message);
    throw error;
  }
}

function send(reply: FastifyReply, { status, body, contentType }: ApiAnswer): FastifyReply {
  const isText = typeof body === 'string';
  return reply
    .code(status)
    .header('content-type', contentType ?? (isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'))
    .send(isText ? body : JSON.stringify(body));
}

/** The client gets no answer. A hanging connection ends when the client gives up or the server closes. */
function abandon(reply: FastifyReply, how: 'reset' | 'hang'): void {
  reply.hijack();
  if (how === 'reset') reply.raw.socket?.resetAndDestroy();
}

function clientOrderIdIn(body: string): string | null {
  try {
    const { client_order_id: id } = Object(JSON.parse(body)) as { client_order_id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
