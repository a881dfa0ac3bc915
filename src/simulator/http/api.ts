/** The exchange's REST interface as data: a call, its answer, and how a fault can intervene. */
import type { Exchange } from '../core/exchange.ts';
import type { Ledger, PostRecord } from '../core/ledger.ts';
import { InvalidArgument } from '../core/errors.ts';
import type { ListingLimits } from './limits.ts';

export const ENDPOINTS = [
  'createOrder',
  'cancelOrders',
  'getOrder',
  'listOrders',
  'listFills',
  'previewOrder',
  'editOrder',
  'previewEdit',
  'listProducts',
  'getProduct',
  'getBestBidAsk',
  'getProductBook',
  'listMarketTrades',
  'listCandles',
  'listAccounts',
  'getAccount',
  'listPortfolios',
  'getPortfolio',
  'getTransactionSummary',
  'getKeyPermissions',
  'getTime',
  'listCurrencies',
] as const;

export type Endpoint = (typeof ENDPOINTS)[number];

export interface ApiCall {
  endpoint: Endpoint;
  /** The id in the path, or empty. */
  id: string;
  query: URLSearchParams;
  /** As it was received. */
  body: string;
  /** Unix milliseconds. */
  receivedAt: number;
  /** Whether the key may trade. */
  canTrade: boolean;
  /** The ledger's record of it, if it posts an order. */
  post: PostRecord | null;
}

export interface ApiAnswer {
  status: number;
  /** A string is sent as it is, anything else as JSON. */
  body: unknown;
  /** Default: application/json or text/plain, depending on the body. */
  contentType?: string;
}

export interface ApiContext {
  exchange: Exchange;
  ledger: Ledger;
  listing: ListingLimits;
  now: () => number;
}

export type Handler = (call: ApiCall, context: ApiContext) => ApiAnswer;

/** How a call continues: normally, with another answer, with the connection cut, or without any answer. */
export type Intervention =
  { kind: 'pass' } | { kind: 'answer'; answer: ApiAnswer } | { kind: 'reset' } | { kind: 'hang' };

/** Stands between the HTTP server and the core, and injects faults. */
export interface Interceptor {
  /** Before the core sees the call. Anything but `pass` keeps it from the core. May wait: the call is handled afterwards, even if the client has disconnected. */
  before(call: ApiCall): Promise<Intervention>;
  /** After the core has handled the call: only the answer can still change. */
  after(call: ApiCall, answer: ApiAnswer): Promise<Intervention>;
}

export function ok(body: object): ApiAnswer {
  return { status: 200, body };
}

/** An error in Coinbase's format. */
export function failure(status: number, error: string, message: string): ApiAnswer {
  return { status, body: { error, error_details: message, message } };
}

/** For a key that may not trade. */
export const MISSING_SCOPE = failure(403, 'PERMISSION_DENIED', 'Missing required scopes');

export const UNAUTHORIZED: ApiAnswer = { status: 401, body: 'Unauthorized' };

export const TOO_MANY_REQUESTS: ApiAnswer = {
  status: 429,
  body: { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] },
};

/** Throws InvalidArgument. */
export function parseBody(call: ApiCall): Record<string, unknown> {
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    throw new InvalidArgument('the body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidArgument('the body must be a JSON object');
  }
  return body as Record<string, unknown>;
}
