import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request as rawRequest, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { openDatabase, type Database } from '../../src/database/database.ts';
import type { HttpOptions } from '../../src/http/start-http.ts';
import { migratedDatabase, newIntent, placingTrade } from '../database/fixtures.ts';
import { deadline } from '../support/waiting.ts';
import { call } from './caller.ts';
import { serversOfEachTest, startTestHttp, type TestHttp } from './server.ts';

const TOKEN = 'correct-horse-battery-staple';
const BEARER = { authorization: `Bearer ${TOKEN}` };
const TRADES = '/api/v1/trades';

let db: Database;
const startServer = serversOfEachTest();

beforeAll(async () => {
  ({ db } = await migratedDatabase());
});
afterAll(() => db.close());

function start(options: Partial<HttpOptions> = {}): Promise<TestHttp> {
  return startServer(db, options);
}

/** With headers that `fetch` does not let anybody set. */
function callRaw(url: string, options: RequestOptions): Promise<number | undefined> {
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const request = rawRequest(url, options, (response) => resolve(response.resume().statusCode));
    request.on('error', reject).end();
  });
  return deadline(answered, 30_000, 'an answer');
}

/** Bytes as they are, and all that comes back until the connection is closed. */
function talk(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const answered = new Promise<string>((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject).on('close', () => resolve(answer));
  });
  return deadline(answered, 30_000, 'the end of the connection');
}

describe('the token', () => {
  it('is needed for everything that shows orders, and for unknown paths', async () => {
    const { url } = await start({ token: TOKEN });
    for (const path of [TRADES, '/api/v1/orders/x', '/nothing']) {
      const { status, headers, body } = await call(`${url}${path}`);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="order-sync"');
      expect(body).toMatchObject({ type: 'urn:order-sync:problem:unauthorized', status: 401, instance: path });
    }
    expect((await call(`${url}${TRADES}`, { headers: BEARER })).status).toBe(200);
  });

  it.each(['Bearer wrong', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, `Bearer ${TOKEN} x`, 'Bearer', ''])(
    'is not "%s"',
    async (authorization) => {
      const { url } = await start({ token: TOKEN });
      expect((await call(`${url}${TRADES}`, { headers: { authorization } })).status).toBe(401);
    },
  );

  it('is not needed for what shows no order', async () => {
    const { url } = await start({ token: TOKEN });
    for (const path of ['/healthz', '/metrics', '/openapi.json']) expect((await call(url + path)).status).toBe(200);
    expect((await call(`${url}/readyz`)).status).toBe(503);
  });

  it('must be there to listen beyond this machine', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/ORDER_SYNC_HTTP_TOKEN is required to listen on 0.0.0.0/);
    await expect(start({ token: '' })).rejects.toThrow(/ORDER_SYNC_HTTP_TOKEN is required/);
  });
});

describe('without a token', () => {
  it('only host names of this machine are accepted, so that no page can bind its own name to it', async () => {
    const { url } = await start();
    expect(await callRaw(url + TRADES, { headers: { host: 'evil.example' } })).toBe(403);
    expect(await callRaw(url + TRADES, { headers: { host: '127.0.0.1.evil.example:8080' } })).toBe(403);
    expect(await callRaw(url + TRADES, { headers: { host: 'localhost:8080' } })).toBe(200);
    expect(await callRaw(url + TRADES, { headers: { host: '[::1]:8080' } })).toBe(200);
  });

  it('pages in a browser of this machine cannot ask, with a body or without', async () => {
    const { url } = await start();
    const cancel = { path: '/api/v1/orders/x/cancel', method: 'POST' };
    expect(await callRaw(url, { ...cancel, headers: { origin: 'https://evil.example' } })).toBe(403);
    expect(await callRaw(url, { ...cancel, headers: { origin: 'null' } })).toBe(403);
    expect(await callRaw(url, { ...cancel, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
    expect(await callRaw(url, { ...cancel, headers: { origin: url, 'sec-fetch-site': 'same-origin' } })).toBe(404);
  });
});

describe('an error', () => {
  it.each([
    ['an unknown path', 404, 'unknown-path', '/api/v1/nothing', {}],
    ['a method that the path does not know', 405, 'method-not-allowed', TRADES, { method: 'DELETE' }],
    [
      'a body that is not JSON',
      415,
      'unsupported-media-type',
      '/api/v1/orders',
      { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    [
      'a text as body',
      415,
      'unsupported-media-type',
      '/api/v1/orders',
      { body: '{}', headers: { 'content-type': 'text/plain' } },
    ],
    ['a body that is too large', 413, 'body-too-large', '/api/v1/orders', { body: ' '.repeat(65_537) }],
    ['half a body', 400, 'invalid-request', '/api/v1/orders', { body: '{"client_order_id":' }],
    ['no body where one is needed', 400, 'invalid-request', '/api/v1/orders', { method: 'POST' }],
    ['a poisoned prototype', 400, 'invalid-request', '/api/v1/orders', { body: '{"__proto__":{"a":1}}' }],
    [
      'an endless nesting',
      400,
      'invalid-request',
      '/api/v1/orders',
      { body: `{"policy":${'['.repeat(20_000)}${']'.repeat(20_000)}}` },
    ],
    ['a U+0000', 400, 'invalid-request', '/api/v1/orders/x/cancel', { body: '{"reason":"\\u0000"}' }],
    ['half a character', 400, 'invalid-request', '/api/v1/orders/x/cancel', { body: '{"reason":"\\ud800"}' }],
    ['an unknown field', 400, 'invalid-request', '/api/v1/orders/x/cancel', { body: { resaon: 'a slip' } }],
    ['a malformed path', 400, 'invalid-request', '/api/v1/orders/%ff', {}],
    ['an id that is too long', 400, 'invalid-request', `/api/v1/orders/${'x'.repeat(129)}`, {}],
    ['an unknown status', 400, 'invalid-request', `${TRADES}?status=filled`, {}],
    ['an unknown filter', 400, 'invalid-request', `${TRADES}?statsu=pending`, {}],
    ['a filter twice', 400, 'invalid-request', `${TRADES}?status=pending&status=stale`, {}],
    ['a limit beyond its bounds', 400, 'invalid-request', `${TRADES}?limit=501`, {}],
    ['a limit that is no whole number', 400, 'invalid-request', `${TRADES}?limit=1.0`, {}],
    ['a cursor of no page', 400, 'invalid-request', `${TRADES}?cursor=abc`, {}],
    [
      'a cursor of no day',
      400,
      'invalid-request',
      `${TRADES}?cursor=${Buffer.from('2026-02-30T00:00:00.000Z/1').toString('base64url')}`,
      {},
    ],
  ])('for %s is %i %s, as problem+json', async (_what, status, code, path, options) => {
    const { url } = await start();
    const answer = await call(url + path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:order-sync:problem:${code}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: path.split('?', 1)[0],
    });
  });

  it('names the wrong field, what is wrong and what would be right', async () => {
    const { url } = await start();
    const { body } = await call(`${url}${TRADES}?status=filled&limit=no`);
    expect(body['errors']).toEqual([
      { field: 'status', message: expect.stringMatching(/one of placing, pending, .*not "filled"/) },
      { field: 'limit', message: expect.stringMatching(/integer.*"no"/) },
    ]);
  });

  it('names the methods that a path has', async () => {
    const { url } = await start();
    expect((await call(`${url}/api/v1/orders/x`, { method: 'PUT' })).headers.get('allow')).toBe('GET, HEAD');
  });

  it('is sent as problem+json even if the request is not valid HTTP', async () => {
    const { url } = await start();
    const answer = await talk(url, 'GET / HTTP/9.9\r\nx\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
  });

  it('reveals nothing of a defect but where to look for it', async () => {
    const { url, lines } = await start({ trades: { ...db.trades, list: () => Promise.reject(new Error('secret-x')) } });
    const answer = await call(url + TRADES, { headers: { 'x-request-id': 'mine' } });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('secret-x');
    expect(lines.join('\n')).toMatch(/request failed.*mine/);
  });
});

describe('with a dependency that is unreachable', () => {
  it('says that Temporal is unreachable', async () => {
    const { clientOrderId } = await placingTrade(db);
    const { url } = await start();
    const body = { ...ORDER, client_order_id: 'never' };
    const answers = await Promise.all([
      call(`${url}/api/v1/orders`, { body }),
      call(`${url}/api/v1/orders/${clientOrderId}/cancel`, { body: {} }),
      call(`${url}/api/v1/trades/sync-order-status/${clientOrderId}`, { body: {} }),
    ]);
    for (const answer of answers) {
      expect(answer.body).toMatchObject({ type: 'urn:order-sync:problem:temporal-unavailable', status: 503 });
      expect(answer.headers.get('retry-after')).toBe('2');
    }
  });

  it('says that the database is unreachable, and still shows its metrics', async () => {
    const gone = await openDatabase({ url: 'postgres://nobody:secret-x@127.0.0.1:1/none' });
    const { url } = await start({ trades: gone.trades, reconciliations: gone.reconciliations });
    for (const path of [TRADES, '/api/v1/orders/x', '/api/v1/bots/b/can-trade', '/api/v1/sync-issues']) {
      const answer = await call(url + path);
      expect(answer.body).toMatchObject({ type: 'urn:order-sync:problem:database-unavailable', status: 503 });
      expect(JSON.stringify(answer.body)).not.toContain('secret-x');
    }
    await gone.close();
  });

  it('is not ready, and says what is not, but not why', async () => {
    const { url } = await start();
    const { status, body } = await call(`${url}/readyz`);
    expect(status).toBe(503);
    expect(body).toMatchObject({
      type: 'urn:order-sync:problem:not-ready',
      checks: { temporal: 'not ready', database: 'ready', feed: 'ready', clocks: 'ready' },
    });
    expect(JSON.stringify(body)).not.toContain('away');
  });

  it('answers within 15 s whatever hangs, requests with a body too', async () => {
    const hang = () => new Promise<never>(() => {});
    const { url } = await start({ trades: { ...db.trades, list: hang, findByEitherId: hang } });
    const before = Date.now();
    const answers = await Promise.all([
      call(url + TRADES),
      call(`${url}/api/v1/trades/sync-order-status/x`, { body: { reason: 'slow' } }),
    ]);
    for (const { body } of answers) {
      expect(body).toMatchObject({ type: 'urn:order-sync:problem:no-answer-in-time', status: 503 });
    }
    expect(Date.now() - before).toBeLessThan(20_000);
  });
});

const { policy: _policy, clientOrderId: _id, ...intent } = newIntent();
const ORDER = {
  bot_id: intent.botId,
  product_id: intent.productId,
  side: intent.side,
  order_configuration: intent.orderConfiguration,
};

describe('every answer', () => {
  it('has the request id of the request, or a new one', async () => {
    const { url } = await start();
    expect((await call(url + TRADES, { headers: { 'x-request-id': 'a-1' } })).headers.get('x-request-id')).toBe('a-1');
    for (const odd of ['a b', 'x'.repeat(129), '"']) {
      const { headers } = await call(url + TRADES, { headers: { 'x-request-id': odd } });
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has the security headers, errors too', async () => {
    const { url } = await start();
    for (const path of [TRADES, '/nothing', '/api/v1/orders/%ff']) {
      const { headers } = await call(url + path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });

  it('is logged with its route, and neither token nor path nor body', async () => {
    const { url, lines } = await start({ token: TOKEN });
    await call(`${url}/api/v1/orders/some-order/cancel`, {
      body: { reason: 'some-reason' },
      headers: { ...BEARER, 'x-request-id': 'r-1' },
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual({
      level: 'DEBUG',
      message: 'http request',
      method: 'POST',
      route: '/api/v1/orders/:order_id/cancel',
      status: 404,
      ms: expect.any(Number),
      requestId: 'r-1',
    });
    expect(lines.join('\n')).not.toMatch(/some-order|some-reason|correct-horse/);
  });
});

describe('the rate of requests', () => {
  it('is limited for each client, unknown paths and wrong tokens included', async () => {
    const { url } = await start({ requestsPerMinute: 3, token: TOKEN });
    await call(`${url}/nothing`);
    await call(`${url}/healthz`);
    expect((await call(url + TRADES)).status).toBe(401);
    const { status, headers, body } = await call(`${url}/nothing`);
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body).toMatchObject({ type: 'urn:order-sync:problem:too-many-requests' });
  });

  it('is limited separately for those with the token and those without', async () => {
    const { url } = await start({ requestsPerMinute: 3, token: TOKEN });
    const outsider = () => call(url + TRADES, { headers: { authorization: 'Bearer wrong' } });
    for (let count = 0; count < 4; count += 1) await outsider();
    expect((await outsider()).status).toBe(429);
    const bot = () => call(url + TRADES, { headers: BEARER });
    for (let count = 0; count < 3; count += 1) expect((await bot()).status).toBe(200);
    expect((await bot()).status).toBe(429);
  });
});

describe('the metrics', () => {
  it('count requests by route and status', async () => {
    const { url } = await start();
    await call(`${url}/api/v1/orders/nobody`);
    await call(`${url}/nothing/at/all`);
    const { body, headers } = await call(`${url}/metrics`);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body['text']).toContain(
      'order_sync_http_requests_total{method="GET",route="/api/v1/orders/:order_id",status="404"} 1',
    );
    expect(body['text']).toContain('route="unmatched",status="404"} 1');
  });
});

describe('closing', () => {
  it('answers running requests, and accepts no more', async () => {
    let finish = (): void => {};
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const list: Database['trades']['list'] = async (filter) => {
      await finished;
      return db.trades.list(filter);
    };
    const server = await startTestHttp(db, { trades: { ...db.trades, list } });
    const underWay = call(server.url + TRADES);
    await call(`${server.url}/healthz`);
    const closed = server.close();
    finish();
    expect((await underWay).status).toBe(200);
    await deadline(closed, 10_000, 'the end');
    await expect(call(`${server.url}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('frees the port, and a port in use is reported with the remedy', async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow(/is in use: set ORDER_SYNC_HTTP_PORT/);
  });
});
