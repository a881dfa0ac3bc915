import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  HttpRefusedError,
  HttpUnavailableError,
  InvalidQueryError,
  OrderNotFoundError,
  OrderSyncClient,
  OrderSyncError,
  TradeReader,
  type Trade,
  type TradeStatus,
} from '../../src/client/index.ts';
import { Secret } from '../../src/process/secret.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { deadline } from '../support/waiting.ts';

const TOKEN = 'the-token-of-this-test';

let test: TestEngine;
let orders: OrderSyncClient;
let trades: TradeReader;
const servers: Server[] = [];
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: new Secret(TOKEN) } });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  trades = new TradeReader({ url: engineUrl(), token: TOKEN });
});
afterAll(() => test?.stop());
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

function engineUrl(): string {
  return test.engine.http?.url ?? '';
}

async function pendingOrder(botId: string): Promise<string> {
  const request = limitOrder({ botId, policy: SLOW });
  test.simulator.exchange.setPlan(request, {});
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

async function filledOrder(botId: string): Promise<string> {
  const request = marketOrder({ botId });
  await orders.place(request);
  await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });
  return request.clientOrderId;
}

/** The address of a server that answers so; closed after the test. */
async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failureOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
}

describe('canTrade', () => {
  it('allows a bot without an open order, and names what blocks one that has', async () => {
    const botId = 'bot / 7'; // Whatever an id may hold reaches the engine as it is.
    expect(await trades.canTrade(botId, 'BTC-USD')).toEqual({ allowed: true, blocking: [] });

    const clientOrderId = await pendingOrder(botId);

    const { orderId } = await orders.state(clientOrderId);
    const blocking = [{ orderId, clientOrderId, status: 'pending', ageSeconds: expect.any(Number) }];
    expect(await trades.canTrade(botId, 'BTC-USD')).toEqual({ allowed: false, blocking });
    expect(await trades.canTrade(botId)).toEqual({ allowed: false, blocking });
    expect(await trades.canTrade(botId, 'ETH-USD')).toEqual({ allowed: true, blocking: [] });
  });
});

describe('listTrades', () => {
  it('has the trades as they are committed, newest first, a page at a time', async () => {
    const botId = 'pages';
    const ids = [await filledOrder(botId), await pendingOrder(botId), await pendingOrder(botId)];

    const first = await trades.listTrades({ botId, limit: 2 });
    const second = await trades.listTrades({ botId, limit: 2, cursor: first.nextCursor ?? undefined });

    const items: Trade[] = [...first.items, ...second.items];
    expect(items.map(({ clientOrderId }) => clientOrderId)).toEqual(ids.toReversed());
    expect(second.nextCursor).toBeNull();
    expect(items).toEqual(await Promise.all(ids.toReversed().map((id) => test.trades.find(id))));
  });

  it('filters by status, bot and product', async () => {
    const botId = 'filters';
    const [filled] = [await filledOrder(botId), await pendingOrder(botId)];

    const { items } = await trades.listTrades({ botId, productId: 'BTC-USD', status: 'completed' });

    expect(items.map(({ clientOrderId }) => clientOrderId)).toEqual([filled]);
    expect((await trades.listTrades({ botId, productId: 'ETH-USD' })).items).toEqual([]);
  });

  it('names every wrong field by the name that the caller gave it', async () => {
    const filter = { botId: '', status: 'open' as TradeStatus, limit: 0, cursor: 'made up' };

    const error = await failureOf(trades.listTrades(filter));

    expect(error).toBeInstanceOf(InvalidQueryError);
    expect(error).toMatchObject({ code: 'InvalidQuery', retryable: false });
    const fields = (error as InvalidQueryError).fields.map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['botId', 'limit', 'status']);
    expect(await failureOf(trades.listTrades({ cursor: 'made up' }))).toMatchObject({ fields: [{ field: 'cursor' }] });
  });
});

describe('getTrade', () => {
  it('has the trade, its events and its fills, by either id', async () => {
    const clientOrderId = await filledOrder('detail');
    const row = await untilFillsComplete(test.trades, clientOrderId);
    const orderId = row.orderId ?? '';

    const trade = await trades.getTrade(clientOrderId);

    const events = (await test.trades.events(clientOrderId)).map(({ factKey: _factKey, ...event }) => event);
    expect(trade).toEqual({ ...row, movedOut: null, events, fills: await test.trades.fillsOf(orderId) });
    expect(await trades.getTrade(orderId)).toEqual(trade);
  });

  it('says that there is no such order', async () => {
    for (const id of ['nobody-placed-this', '']) {
      const error = await failureOf(trades.getTrade(id));
      expect(error).toBeInstanceOf(OrderNotFoundError);
      expect(error).toMatchObject({ clientOrderId: id });
    }
  });
});

describe('a request that cannot be answered', () => {
  it('is refused without the right token, at once and with the remedy', async () => {
    for (const token of [undefined, 'another-token']) {
      const error = await failureOf(new TradeReader({ url: engineUrl(), token }).canTrade('bot7'));
      expect(error).toBeInstanceOf(HttpRefusedError);
      expect(error.message).toContain('ORDER_SYNC_HTTP_TOKEN');
    }
  });

  it('is repeated while the engine cannot answer, and answered when it can', async () => {
    let asked = 0;
    const url = await serverThat((_request, response) => {
      asked += 1;
      response.statusCode = asked < 3 ? 503 : 200;
      response.end(asked < 3 ? '' : JSON.stringify({ allowed: true, blocking: [] }));
    });
    expect(await new TradeReader({ url }).canTrade('bot7')).toEqual({ allowed: true, blocking: [] });
    expect(asked).toBe(3);
  });

  it('fails within its timeout: nothing listens, nothing answers, or the engine has a fault', async () => {
    const silent = await serverThat(() => undefined);
    const ill = await serverThat((_request, response) => {
      const body = { type: 'urn:order-sync:problem:database-unavailable', detail: 'the database is away' };
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
    });
    const wrong = {
      'http://127.0.0.1:1': 'cannot be reached',
      [silent]: 'did not answer in 400 ms',
      [ill]: 'the database is away',
    };
    for (const [url, message] of Object.entries(wrong)) {
      const listing = failureOf(new TradeReader({ url, token: TOKEN }).listTrades({}, { timeoutMs: 400 }));
      const error = await deadline(listing, 5_000, `an answer of ${url}`);
      expect(error).toBeInstanceOf(HttpUnavailableError);
      expect(error).toMatchObject({ retryable: true, message: expect.stringContaining(message) });
    }
  });

  it('rejects with the reason of the signal when it is aborted', async () => {
    const reader = new TradeReader({ url: await serverThat(() => undefined) });
    const stop = new AbortController();
    const asked = failureOf(reader.canTrade('bot7', 'BTC-USD', { signal: stop.signal }));
    const reason = new Error('the bot shuts down');
    stop.abort(reason);
    expect(await asked).toBe(reason);
    expect(await failureOf(reader.getTrade('any', { signal: stop.signal }))).toBe(reason);
  });

  it('fails at anything but the HTTP interface, and is never redirected with the token', async () => {
    let redirected = 0;
    const elsewhere = await serverThat((_request, response) => {
      redirected += 1;
      response.end('{"allowed":true,"blocking":[]}');
    });
    const redirecting = await serverThat((_request, response) =>
      response.writeHead(307, { location: elsewhere }).end(),
    );
    const page = await serverThat((_request, response) => response.end('<html>hello</html>'));
    for (const url of [redirecting, page]) {
      const error = await failureOf(new TradeReader({ url, token: TOKEN }).canTrade('bot7'));
      expect(error).toBeInstanceOf(HttpRefusedError);
    }
    expect(redirected).toBe(0);
  });
});

describe('the token', () => {
  it('is in no error, even if a server echoes the request', async () => {
    const echo: RequestListener = (request, response) => {
      const body = { type: 'about:blank', detail: request.headers.authorization };
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
    };
    for (const url of [await serverThat(echo), 'http://127.0.0.1:1']) {
      const reader = new TradeReader({ url, token: TOKEN });
      const error = await failureOf(reader.canTrade('bot7', undefined, { timeoutMs: 300 }));
      expect(error).toBeInstanceOf(OrderSyncError);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(TOKEN);
      expect(JSON.stringify(reader)).not.toContain(TOKEN);
    }
  });

  it('is refused if it is invalid, as is the URL, and neither is repeated', () => {
    const url = 'http://127.0.0.1:8080';
    const wrong = [
      { url, token: 'se cret' },
      { url, token: 'secret\nx' },
      { url, token: '' },
      { url: 'http://user:secret@127.0.0.1' },
      { url: 'ftp://secret' },
      { url: 'secret' },
    ];
    for (const options of wrong) {
      expect(() => new TradeReader(options)).toThrow(TypeError);
      expect(() => new TradeReader(options)).not.toThrow(/secret/);
    }
  });
});
