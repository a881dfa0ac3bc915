/** A real HTTP server on loopback that answers as the test says, and remembers what it was asked. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Exchange } from '../../src/ports/exchange.ts';
import { connectCoinbase, type CoinbaseSettings } from '../../src/coinbase/connect.ts';

export interface ReceivedRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: unknown;
  at: number;
}

export type Reply = (response: ServerResponse, asked: ReceivedRequest) => void;

export const KEY_NAME = 'organizations/o/apiKeys/k';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const PUBLIC_KEY = pair.publicKey;
export const PRIVATE_KEY_PEM = pair.privateKey.export({ type: 'sec1', format: 'pem' }).toString();

export class ScriptedServer {
  readonly requests: ReceivedRequest[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #replies: Reply[] = [];

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The answers to the next requests; the last of them stays. Forgets what was asked before. */
  replyWith(...replies: Reply[]): void {
    this.requests.length = 0;
    this.#replies = replies;
  }

  connect(settings: Partial<CoinbaseSettings> = {}): Exchange {
    return connectCoinbase({
      restUrl: this.url,
      keyName: KEY_NAME,
      privateKey: PRIVATE_KEY_PEM,
      requestsPerSecond: 1000,
      ...settings,
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', 'http://exchange');
    const asked: ReceivedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
      at: performance.now(),
    };
    this.requests.push(asked);
    const reply = this.#replies.length > 1 ? this.#replies.shift() : this.#replies[0];
    if (reply === undefined) throw new Error('The test has no reply for this request');
    reply(response, asked);
  }
}

export function json(body: unknown, status = 200): Reply {
  return text(JSON.stringify(body), status, 'application/json');
}

export function text(body: string, status: number, type = 'text/plain', headers: Record<string, string> = {}): Reply {
  return (response) => response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}

/** The request is read, then the connection is reset. */
export const reset: Reply = (response) => response.socket?.resetAndDestroy();

export const hang: Reply = () => undefined;

/** Headers and half a body at once, the rest never. */
export const slowBody: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"order": {"order_id": ');
};

/** A body that is shorter than its announced length, then the connection ends. */
export const cutOff: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"success": true, "success_');
  response.socket?.end();
};

export const HTML_429 = text('<html><head><title>429 Too Many Requests</title></head></html>', 429, 'text/html');
export const JSON_429 = json({ errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] }, 429);
export const PLAIN_401 = text('Unauthorized\n', 401);
export const NA_502 = text('N/A', 502);
export const GO_SG_503 = text('go/sg/5a7f9a6e-9d5d-4b59-8d6b-0c4b1a1f2f10', 503);
export const HTML_404 = text('<!DOCTYPE html><html><body>nothing here</body></html>', 404, 'text/html');
export const FORBIDDEN = json(
  { error: 'PERMISSION_DENIED', error_details: 'Missing required scopes', message: 'Missing required scopes' },
  403,
);
export const UNKNOWN_ORDER = json(
  {
    error: 'NOT_FOUND',
    error_details: 'order with this orderID was not found',
    message: 'order with this orderID was not found',
  },
  404,
);
export const BAD_ARGUMENT = json(
  { error: 'INVALID_ARGUMENT', error_details: 'account is not available', message: 'account is not available' },
  400,
);
