/** The REST interface under /api/v3/brokerage: from the wire to the core and back. */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';

import { InvalidArgument, NotFound } from '../core/errors.ts';
import type { ApiAnswer, ApiCall, ApiContext, Endpoint, Handler, Interceptor } from './api.ts';
import { TOO_MANY_REQUESTS, UNAUTHORIZED, failure } from './api.ts';
import { getKeyPermissions, getProduct, getTime, listAccounts, listProducts } from './catalogue.ts';
import type { Keys } from './jwt.ts';
import { cancelOrders, createOrder, previewOrder } from './orders.ts';
import type { RateLimit } from './limits.ts';
import { getOrder, listFills, listOrders } from './reading.ts';

const PREFIX = '/api/v3/brokerage';

interface Route {
  endpoint: Endpoint;
  method: HTTPMethods;
  path: string;
  handle: Handler;
}

const ROUTES: readonly Route[] = [
  { endpoint: 'createOrder', method: 'POST', path: '/orders', handle: createOrder },
  { endpoint: 'cancelOrders', method: 'POST', path: '/orders/batch_cancel', handle: cancelOrders },
  { endpoint: 'previewOrder', method: 'POST', path: '/orders/preview', handle: previewOrder },
  { endpoint: 'listOrders', method: 'GET', path: '/orders/historical/batch', handle: listOrders },
  { endpoint: 'listFills', method: 'GET', path: '/orders/historical/fills', handle: listFills },
  { endpoint: 'getOrder', method: 'GET', path: '/orders/historical/:id', handle: getOrder },
  { endpoint: 'listProducts', method: 'GET', path: '/products', handle: listProducts },
  { endpoint: 'getProduct', method: 'GET', path: '/products/:id', handle: getProduct },
  { endpoint: 'listAccounts', method: 'GET', path: '/accounts', handle: listAccounts },
  { endpoint: 'getKeyPermissions', method: 'GET', path: '/key_permissions', handle: getKeyPermissions },
  { endpoint: 'getTime', method: 'GET', path: '/time', handle: getTime },
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
      url: PREFIX + route.path,
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
  const refused = await admit(call, request, rest);
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

/** Null for a request that may go on, else the answer that turns it away. */
async function admit(
  call: ApiCall,
  request: FastifyRequest,
  { keys, rateLimit, now }: RestDependencies,
): Promise<ApiAnswer | null> {
  if (call.endpoint !== 'getTime') {
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    const [path = ''] = request.url.split('?');
    const key = token === undefined ? null : await keys.verify(token, { method: request.method, path });
    if (!key) return UNAUTHORIZED;
    call.canTrade = key.canTrade;
  }
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
