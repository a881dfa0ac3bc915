import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import { ExchangeError, type Exchange } from '../../src/ports/exchange.ts';
import * as server from './scripted-server.ts';

const exchange = new server.ScriptedServer();
let coinbase: Exchange;
beforeAll(() => exchange.start());
beforeAll(() => {
  coinbase = exchange.connect({ placementTimeoutMs: 1_000 });
});
afterAll(() => exchange.stop());

const ORDER = {
  clientOrderId: 'bot7-1',
  productId: 'BTC-USD',
  side: 'BUY',
  orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
} as const;

const ACCEPTED = {
  success: true,
  success_response: {
    order_id: 'o-1',
    product_id: 'BTC-USD',
    side: 'BUY',
    client_order_id: 'bot7-1',
    attached_order_id: '',
  },
  order_configuration: ORDER.orderConfiguration,
};

async function place(...answers: server.Reply[]): Promise<unknown> {
  exchange.replyWith(...answers);
  await coinbase.reservePlacement('bot7');
  return coinbase.createOrder(ORDER, { sendBefore: Infinity });
}

async function failure(...answers: server.Reply[]): Promise<ExchangeError> {
  const error = await place(...answers).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  return error as ExchangeError;
}

function refusal(reasons: Record<string, string>) {
  return server.json({ success: false, error_response: reasons, order_configuration: ORDER.orderConfiguration });
}

describe('placing an order', () => {
  it('posts the order as it was given and returns what was accepted', async () => {
    expect(await place(server.json(ACCEPTED))).toEqual({
      orderId: 'o-1',
      productId: 'BTC-USD',
      side: 'BUY',
      clientOrderId: 'bot7-1',
      orderConfiguration: ORDER.orderConfiguration,
    });
    expect(exchange.requests).toMatchObject([
      {
        method: 'POST',
        path: '/api/v3/brokerage/orders',
        body: {
          client_order_id: 'bot7-1',
          product_id: 'BTC-USD',
          side: 'BUY',
          order_configuration: ORDER.orderConfiguration,
        },
      },
    ]);
  });

  it('signs the request with a token for exactly this method, host and path', async () => {
    await place(server.json(ACCEPTED));
    const token = exchange.requests[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    const { payload } = await jwtVerify(token, server.PUBLIC_KEY, { issuer: 'cdp', subject: server.KEY_NAME });
    expect(payload['uri']).toBe(`POST ${new URL(exchange.url).host}/api/v3/brokerage/orders`);
  });

  it('accepts an answer with unknown fields, and one with only the order id', async () => {
    const bare = server.json({
      success: true,
      success_response: { order_id: 'o-2' },
      failure_reason: 'UNKNOWN_FAILURE_REASON',
    });
    expect(await place(bare)).toMatchObject({ orderId: 'o-2', productId: null, orderConfiguration: null });
  });
});

describe('an order that Coinbase refuses', () => {
  it.each([
    ['in the newest field', { new_order_failure_reason: 'INSUFFICIENT_FUND', error: 'X' }, 'INSUFFICIENT_FUND'],
    [
      'in the old field',
      { new_order_failure_reason: 'UNKNOWN_FAILURE_REASON', error: 'INVALID_LIMIT_PRICE_POST_ONLY' },
      'INVALID_LIMIT_PRICE_POST_ONLY',
    ],
    [
      'in the preview field alone',
      {
        error: 'UNKNOWN_FAILURE_REASON',
        new_order_failure_reason: 'UNKNOWN_FAILURE_REASON',
        preview_failure_reason: 'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE',
      },
      'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE',
    ],
    ['nowhere', { error: 'UNKNOWN_FAILURE_REASON' }, 'UNKNOWN_FAILURE_REASON'],
    ['with a word of tomorrow', { new_order_failure_reason: 'MOON_PHASE_WRONG' }, 'MOON_PHASE_WRONG'],
  ])('is refused with the reason that is %s', async (_, reasons, code) => {
    expect(await failure(refusal(reasons))).toMatchObject({ kind: 'refused', code, retryable: false });
  });

  it('keeps message and details', async () => {
    const error = await failure(
      refusal({ error: 'INSUFFICIENT_FUND', message: 'Insufficient balance in source account', error_details: 'USD' }),
    );
    expect(error.message).toBe('POST /orders: refused: INSUFFICIENT_FUND: Insufficient balance in source account: USD');
  });

  it.each([
    ['400', server.BAD_ARGUMENT, 'INVALID_ARGUMENT'],
    ['404', server.UNKNOWN_ORDER, 'NOT_FOUND'],
  ])('is refused by a %s in JSON', async (_, answer, code) => {
    expect(await failure(answer)).toMatchObject({ kind: 'refused', code });
  });

  it.each([
    ['a plain 401', server.PLAIN_401, 401, 'UNAUTHORIZED'],
    ['a 401 in JSON', server.json({ error: 'unauthenticated' }, 401), 401, 'UNAUTHORIZED'],
    ['a 403 in JSON', server.FORBIDDEN, 403, 'PERMISSION_DENIED'],
  ])('is unauthorised by %s', async (_, answer, httpStatus, code) => {
    expect(await failure(answer)).toMatchObject({ kind: 'unauthorised', httpStatus, code, retryable: false });
  });

  it('is signed anew for the attempt after a 401', async () => {
    await failure(server.PLAIN_401);
    const refused = exchange.requests[0]?.headers.authorization;
    await place(server.json(ACCEPTED));
    expect(refused).toMatch(/^Bearer ey/);
    expect(exchange.requests[0]?.headers.authorization).not.toBe(refused);
  });
});

describe('an order that is not sent', () => {
  const notSent = { name: 'ExchangeError', kind: 'not-sent', httpStatus: null, retryable: true };

  it('because its time is over', async () => {
    exchange.replyWith(server.json(ACCEPTED));
    await coinbase.reservePlacement('bot7');
    await expect(coinbase.createOrder(ORDER, { sendBefore: performance.now() })).rejects.toMatchObject(notSent);
    expect(exchange.requests).toEqual([]);
  });

  it('because its time ends while it is signed', async () => {
    exchange.replyWith(server.json(ACCEPTED));
    await coinbase.reservePlacement('bot7');
    const sendBefore = performance.now() + 5;
    const placing = coinbase.createOrder(ORDER, { sendBefore });
    while (performance.now() < sendBefore);
    await expect(placing).rejects.toMatchObject(notSent);
    expect(exchange.requests).toEqual([]);
  });

  it('because the caller gave up before', async () => {
    exchange.replyWith(server.json(ACCEPTED));
    await coinbase.reservePlacement('bot7');
    const signal = AbortSignal.abort(new Error('activity cancelled'));
    await expect(coinbase.createOrder(ORDER, { signal, sendBefore: Infinity })).rejects.toMatchObject(notSent);
    expect(exchange.requests).toEqual([]);
  });

  it('returns its slot in the budget, and is not counted as a request', async () => {
    exchange.replyWith(server.json(ACCEPTED));
    let requests = 0;
    const narrow = exchange.connect({ requestsPerSecond: 1 }).metered(() => (requests += 1));
    expect(narrow.tryReservePlacement()).toBe(true);
    await expect(narrow.createOrder(ORDER, { sendBefore: 0 })).rejects.toMatchObject(notSent);
    expect(requests).toBe(0);
    expect(narrow.tryReservePlacement()).toBe(true);
    await narrow.createOrder(ORDER, { sendBefore: Infinity });
    expect(requests).toBe(1);
  });
});

describe('the slot of a placement', () => {
  it('is reserved at once if one is free, and can be returned', () => {
    const narrow = exchange.connect({ requestsPerSecond: 2 });
    expect(narrow.hasRoom()).toBe(true);
    expect([narrow.tryReservePlacement(), narrow.tryReservePlacement()]).toEqual([true, true]);
    expect(narrow.tryReservePlacement()).toBe(false);
    expect(narrow.hasRoom()).toBe(false);
    narrow.releasePlacement();
    expect(narrow.hasRoom()).toBe(true);
    expect(narrow.tryReservePlacement()).toBe(true);
  });
});

describe('an order that may or may not exist', () => {
  it.each<[string, server.Reply]>([
    ['a reset connection', server.reset],
    ['no answer', server.hang],
    ['half an answer', server.slowBody],
    ['an answer cut off', server.cutOff],
    ['truncated JSON', server.text('{"success": true, "success_resp', 200, 'application/json')],
    ['an empty 200', server.text('', 200)],
    ['success without an order id', server.json({ success: true, success_response: { order_id: '' } })],
    ['success without its response', server.json({ success: true })],
    ['neither success nor failure', server.json({ order_id: 'o-1' })],
    ['a list', server.json([ACCEPTED])],
    ['408', server.text('Request Timeout', 408)],
    ['409', server.json({ error: 'CONFLICT' }, 409)],
    ['500 in JSON', server.json({ error: 'INTERNAL', message: 'oops' }, 500)],
    ['502 N/A', server.NA_502],
    ['503 go/sg', server.GO_SG_503],
    ["a proxy's 400 in HTML", server.text('<html>bad</html>', 400, 'text/html')],
    ["a proxy's 404 in HTML", server.HTML_404],
    ["a proxy's 401 in HTML", server.text('<html>log in</html>', 401, 'text/html')],
    ["a proxy's 403 in HTML", server.text('<html>blocked</html>', 403, 'text/html')],
    ['a plain 403', server.text('Forbidden', 403)],
    ['a redirect', server.text('', 307, 'text/plain', { location: '/elsewhere' })],
  ])('is left open by %s', async (_, answer) => {
    expect(await failure(answer)).toMatchObject({ kind: 'unknown-outcome', retryable: true });
    expect(exchange.requests).toHaveLength(1);
  });

  it.each([
    ['in HTML', server.HTML_429],
    ['in JSON', server.JSON_429],
  ])('is left open by a 429 %s, and the next request waits', async (_, answer) => {
    coinbase = exchange.connect();
    const from = performance.now();
    expect(await failure(answer)).toMatchObject({ kind: 'unknown-outcome', httpStatus: 429 });
    await place(server.json(ACCEPTED));
    expect(performance.now() - from).toBeGreaterThan(950);
    coinbase = exchange.connect({ placementTimeoutMs: 1_000 });
  });

  it('is left open by a used client order id: the order that has it exists', async () => {
    const error = await failure(refusal({ new_order_failure_reason: 'DUPLICATE_CLIENT_ORDER_ID' }));
    expect(error).toMatchObject({ kind: 'unknown-outcome', code: 'DUPLICATE_CLIENT_ORDER_ID' });
  });

  it('is left open when the caller gives up while it is on its way', async () => {
    exchange.replyWith(server.hang);
    const abort = new AbortController();
    const placing = coinbase.createOrder(ORDER, { signal: abort.signal, sendBefore: Infinity });
    setTimeout(() => abort.abort(new Error('worker shutdown')), 100);
    await expect(placing).rejects.toMatchObject({ name: 'ExchangeError', kind: 'unknown-outcome' });
  });

  it('is left open when nothing listens', async () => {
    const gone = new server.ScriptedServer();
    await gone.start();
    const restUrl = gone.url;
    await gone.stop();
    const error = exchange.connect({ restUrl }).createOrder(ORDER, { sendBefore: Infinity });
    await expect(error).rejects.toMatchObject({
      kind: 'unknown-outcome',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the error of a placement', () => {
  it('says what was asked and what came, in one line of at most 200 characters of it', async () => {
    const { message } = await failure(server.text(`<html>\n${'very '.repeat(100)}long</html>`, 504, 'text/html'));
    expect(message).toMatch(/^POST \/api\/v3\/brokerage\/orders: HTTP 504 <html> very very/);
    expect(message.length).toBeLessThan(260);
    expect(message).not.toContain('\n');
  });

  it('shows neither token nor key, even if a proxy echoes the request', async () => {
    let token = '';
    const echo: server.Reply = (response, asked) => {
      token = asked.headers.authorization?.replace('Bearer ', '') ?? '';
      response.writeHead(502).end(`upstream failed: authorization: Bearer ${token} end`);
    };
    for (const error of [await failure(echo), await failure(server.reset), await failure(server.hang)]) {
      const logged = `${inspect(error, { depth: 10, showHidden: true })} ${JSON.stringify(error)} ${error.stack}`;
      expect(token.length).toBeGreaterThan(100);
      expect(logged).not.toContain(token.slice(0, 40));
      expect(logged).not.toContain('Bearer ey');
      expect(error).not.toHaveProperty('cause');
    }
  });
});
