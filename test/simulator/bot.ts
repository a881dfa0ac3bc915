/** A client with no cleverness: signs each request with a fresh token and shows what came back. */
import { createPrivateKey, randomUUID } from 'node:crypto';

import { SignJWT } from 'jose';

import type { NewKey, Simulator, SimulatorOptions } from '../../src/simulator/index.ts';
import { createKey, startSimulator } from '../../src/simulator/index.ts';

const PREFIX = '/api/v3/brokerage';

export interface Answer {
  status: number;
  contentType: string | null;
  text: string;
  /** The body as JSON; undefined if it is none. */
  json: Body;
}

/** The fields of all bodies that the tests look into; an answer has some of them. */
export interface Body {
  success: boolean;
  success_response: { order_id: string };
  error_response: Record<string, string>;
  order: OrderRow;
  orders: OrderRow[];
  fills: FillRow[];
  has_next: boolean;
  cursor: string;
  results: CancelRow[];
  accounts: { currency: string; available_balance: { value: string }; hold: { value: string } }[];
  products: { product_id: string }[];
  num_products: number;
  price: string;
  errs: string[];
  error: string;
  /** Of the control interface. */
  id: string;
  status: string;
  changed: boolean;
  posts: { body: string }[];
}

export type OrderRow = Record<string, unknown> &
  Record<'client_order_id' | 'status' | 'filled_size' | 'created_time' | 'last_fill_time', string>;

export type FillRow = Record<'order_id' | 'entry_id' | 'trade_id' | 'trade_type', string>;

export interface CancelRow {
  success: boolean;
  failure_reason: string;
}

export interface Bot {
  simulator: Simulator;
  key: NewKey;
  get(path: string): Promise<Answer>;
  /** Gives up after `patienceMs`, five seconds by default. */
  post(path: string, body: unknown, patienceMs?: number): Promise<Answer>;
  /** Places a market order to buy for 10 USD unless told otherwise. */
  place(clientOrderId: string, order?: Record<string, unknown>): Promise<Answer>;
  /** The exchange's id of an order that was placed. */
  order(clientOrderId: string): Promise<OrderRow>;
}

/** A simulator whose prices stand still, and a bot with a key for it. */
export async function startWithBot(options: Partial<SimulatorOptions> = {}): Promise<Bot> {
  const key = createKey();
  const simulator = await startSimulator({ tickMs: 0, keys: [key], ...options });
  return botOf(simulator, key);
}

export function botOf(simulator: Simulator, key: NewKey): Bot {
  const request = async (method: string, path: string, body?: unknown, patienceMs = 5000): Promise<Answer> => {
    const [bare = ''] = path.split('?');
    const response = await fetch(simulator.url + PREFIX + path, {
      method,
      headers: {
        authorization: `Bearer ${await sign(key, { uri: `${method} ${new URL(simulator.url).host}${PREFIX}${bare}` })}`,
        'content-type': 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    return toAnswer(response);
  };
  const get = (path: string): Promise<Answer> => request('GET', path);
  const post = (path: string, body: unknown, patienceMs?: number): Promise<Answer> =>
    request('POST', path, body, patienceMs);
  return {
    simulator,
    key,
    get,
    post,
    place: (clientOrderId, order = {}) => post('/orders', { ...marketBuy(clientOrderId), ...order }),
    order: async (clientOrderId) => {
      const { orderId } = simulator.ledger.orderByClientId(clientOrderId) ?? {};
      return (await get(`/orders/historical/${orderId}`)).json.order;
    },
  };
}

export function marketBuy(clientOrderId: string): Record<string, unknown> {
  return {
    client_order_id: clientOrderId,
    product_id: 'BTC-USD',
    side: 'BUY',
    order_configuration: { market_market_ioc: { quote_size: '10.00' } },
  };
}

/** An order configuration that rests below the market's 65000. */
export function restingBuy(limitPrice = '60000', baseSize = '0.01'): Record<string, unknown> {
  return {
    order_configuration: { limit_limit_gtc: { base_size: baseSize, limit_price: limitPrice, post_only: false } },
  };
}

/** A token as Coinbase's SDKs make it, with claims and header fields changed at will (undefined leaves one out). */
export async function sign(
  key: NewKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { sub: key.name, iss: 'cdp', nbf: now, exp: now + 120, ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: key.name, nonce: randomUUID(), typ: 'JWT', ...header })
    .sign(createPrivateKey(key.privateKeyPem));
}

/** Waits for what happens by itself; fails after half a minute. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  isThere: (value: Value) => boolean,
): Promise<Value> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    if (Date.now() > deadline) throw new Error(`not there after half a minute: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    text,
    json: parse(text) as Body,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
