import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RequestBudget } from '../../src/coinbase/budget/request-budget.ts';
import { ExchangeError, type Exchange } from '../../src/ports/exchange.ts';
import * as server from './scripted-server.ts';

const exchange = new server.ScriptedServer();
let coinbase: Exchange;
beforeAll(() => exchange.start());
beforeEach(() => {
  coinbase = exchange.connect();
});
afterAll(() => exchange.stop());

/** A market buy as ccxt captured it, its ids apart. */
const FILLED = {
  order_id: 'o-1',
  product_id: 'BTC-USD',
  user_id: 'u',
  order_configuration: { market_market_ioc: { quote_size: '6.36' } },
  side: 'BUY',
  client_order_id: 'bot7-1',
  status: 'FILLED',
  time_in_force: 'IMMEDIATE_OR_CANCEL',
  created_time: '2023-01-18T16:54:28.561482Z',
  completion_percentage: '100.00',
  filled_size: '0.000298',
  average_filled_price: '21220.6399999973697697',
  fee: '',
  number_of_fills: '2',
  filled_value: '6.3237507199921616',
  pending_cancel: false,
  size_in_quote: true,
  total_fees: '0.0362492800078384',
  settled: true,
  reject_reason: 'REJECT_REASON_UNSPECIFIED',
  reject_message: '',
  cancel_message: 'Internal error',
  last_fill_time: '2023-01-18T16:54:29.123456789Z',
};

function look(...answers: server.Reply[]) {
  exchange.replyWith(...answers);
  return coinbase.getOrder('o-1', 'urgent');
}

function shown(fields: Record<string, unknown>) {
  return look(server.json({ order: { ...FILLED, ...fields } }));
}

async function failure(answer: server.Reply): Promise<ExchangeError> {
  const error = await look(answer).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ExchangeError);
  return error as ExchangeError;
}

describe('looking at an order', () => {
  it('keeps every digit of what Coinbase says', async () => {
    expect(await shown({})).toEqual({
      orderId: 'o-1',
      clientOrderId: 'bot7-1',
      productId: 'BTC-USD',
      side: 'BUY',
      orderConfiguration: { market_market_ioc: { quote_size: '6.36' } },
      status: 'FILLED',
      filledSize: '0.000298',
      averageFilledPrice: '21220.6399999973697697',
      filledValue: '6.3237507199921616',
      totalFees: '0.0362492800078384',
      numberOfFills: 2,
      createdTime: '2023-01-18T16:54:28.561482Z',
      lastFillTime: '2023-01-18T16:54:29.123456789Z',
      pendingCancel: false,
      reason: 'Internal error',
    });
    expect(exchange.requests[0]).toMatchObject({ method: 'GET', path: '/api/v3/brokerage/orders/historical/o-1' });
  });

  it('reads empty or missing fields as absent', async () => {
    const bare = { order_id: 'o-1', product_id: 'BTC-USD', side: 'SELL', status: 'OPEN' };
    const nothing = {
      filledSize: '0',
      averageFilledPrice: null,
      filledValue: null,
      totalFees: null,
      numberOfFills: null,
      createdTime: null,
      lastFillTime: null,
      clientOrderId: null,
      orderConfiguration: null,
      pendingCancel: false,
      reason: null,
    };
    expect(await look(server.json({ order: bare }))).toMatchObject(nothing);
    const empty = Object.fromEntries(
      Object.keys(FILLED).map((name) => [name, name in bare ? FILLED[name as 'side'] : '']),
    );
    expect(
      await look(server.json({ order: { ...empty, order_configuration: null, last_fill_time: null } })),
    ).toMatchObject(nothing);
  });

  it.each(['2', '0', ''])('reads an order that ended without its size, with %p fills', async (count) => {
    expect(await shown({ status: 'CANCELLED', filled_size: '', number_of_fills: count })).toMatchObject({
      status: 'CANCELLED',
      filledSize: '0',
    });
  });

  it('reads average price and fill time of an order without fills as absent', async () => {
    expect(await shown({ average_filled_price: '0', last_fill_time: '0001-01-01T00:00:00Z' })).toMatchObject({
      averageFilledPrice: null,
      lastFillTime: null,
    });
  });

  it('keeps unknown statuses and ignores unknown fields', async () => {
    const odd = await shown({ status: 'MOON_QUEUED', sor_preference: { nested: [1.5] }, equity_trading_session: 7 });
    expect(odd.status).toBe('MOON_QUEUED');
    expect(await shown({ status: '' })).toMatchObject({ status: 'UNKNOWN_ORDER_STATUS' });
  });

  it('says why an order ended: the reject reason, its message or the cancel message', async () => {
    expect(await shown({ reject_reason: 'HOLD_FAILURE', reject_message: 'no' })).toMatchObject({
      reason: 'HOLD_FAILURE',
    });
    expect(await shown({ reject_message: 'no' })).toMatchObject({ reason: 'no' });
  });

  it('accepts a whole number as a decimal, but not a fraction whose digits JSON may have changed', async () => {
    expect(await shown({ filled_size: 3, number_of_fills: 2 })).toMatchObject({ filledSize: '3', numberOfFills: 2 });
    await expect(shown({ filled_size: 0.000298 })).rejects.toMatchObject({
      kind: 'malformed-answer',
      message: expect.stringContaining('filled_size is the number 0.000298'),
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a decimal that is none', { filled_value: 'NaN' }],
    ['a time that is none', { last_fill_time: 'yesterday' }],
    ['a count that is none', { number_of_fills: '1.5' }],
    ['a flag that is none', { pending_cancel: 'maybe' }],
    ['a status that is a number', { status: 4 }],
    ['no order id', { order_id: '' }],
    ['another order', { order_id: 'o-2' }],
    ['a configuration that is a text', { order_configuration: 'market' }],
  ])('does not guess at %s', async (_, fields) => {
    await expect(shown(fields)).rejects.toMatchObject({ kind: 'malformed-answer', retryable: true });
  });

  it('does not let an order id change the address', async () => {
    exchange.replyWith(server.UNKNOWN_ORDER);
    await expect(coinbase.getOrder('a/b?c', 'urgent')).rejects.toMatchObject({ kind: 'not-found' });
    expect(exchange.requests[0]?.path).toBe('/api/v3/brokerage/orders/historical/a%2Fb%3Fc');
  });
});

describe('a look that fails', () => {
  it.each<[string, server.Reply, string]>([
    ["Coinbase's 404", server.UNKNOWN_ORDER, 'not-found'],
    [
      "Coinbase's 404 of another time",
      server.json({ error: 'unknown', message: 'order with this orderID was not found' }, 404),
      'not-found',
    ],
    ["a proxy's 404", server.HTML_404, 'unavailable'],
    ['a 404 with no body', server.text('', 404), 'unavailable'],
    ['a plain 401', server.PLAIN_401, 'unauthorised'],
    ['a 403', server.FORBIDDEN, 'unauthorised'],
    ["a proxy's 403", server.text('<html>blocked</html>', 403, 'text/html'), 'unavailable'],
    ['a 400', server.BAD_ARGUMENT, 'refused'],
    ['502 N/A', server.NA_502, 'unavailable'],
    ['503 go/sg', server.GO_SG_503, 'unavailable'],
    ['a redirect', server.text('', 302, 'text/plain', { location: '/login' }), 'unavailable'],
    ['a reset', server.reset, 'unavailable'],
    ['a body cut off', server.cutOff, 'unavailable'],
    ['truncated JSON', server.text('{"order": {"order_id": "o-1", "sta', 200, 'application/json'), 'malformed-answer'],
    ['HTML with 200', server.text('<html>maintenance</html>', 200, 'text/html'), 'malformed-answer'],
    ['an empty object', server.json({}), 'malformed-answer'],
    ['null', server.json(null), 'malformed-answer'],
  ])('by %s is %s', async (_, answer, kind) => {
    expect(await failure(answer)).toMatchObject({ kind });
  });

  it.each([
    ['no answer', server.hang],
    ['a body that never ends', server.slowBody],
  ])('by %s within the time of a request is unavailable', async (_, answer) => {
    coinbase = exchange.connect({ requestTimeoutMs: 400 });
    expect(await failure(answer)).toMatchObject({ kind: 'unavailable' });
  });

  it.each([
    ['HTML', server.HTML_429],
    ['JSON', server.JSON_429],
  ])('by a 429 in %s is rate-limited, and holds the other requests back', async (_, answer) => {
    const from = performance.now();
    expect(await failure(answer)).toMatchObject({ kind: 'rate-limited', httpStatus: 429 });
    await shown({});
    expect(performance.now() - from).toBeGreaterThan(950);
  });

  it('by a 429 holds back for as long as x-ratelimit-reset says', async () => {
    const from = performance.now();
    await failure(server.text('{}', 429, 'application/json', { 'x-ratelimit-reset': '2' }));
    await shown({});
    expect(performance.now() - from).toBeGreaterThan(1950);
  });

  it('by an endless answer is cut off', async () => {
    const endless: server.Reply = (response) => {
      response.writeHead(200);
      const megabyte = Buffer.alloc(1024 * 1024, ' ');
      const more = (): void => void response.write(megabyte, (error) => (error ? undefined : more()));
      more();
    };
    expect(await failure(endless)).toMatchObject({ kind: 'malformed-answer' });
  });

  it("because the caller gave up ends at once, with the caller's reason", async () => {
    exchange.replyWith(server.hang);
    const abort = new AbortController();
    const looking = coinbase.getOrder('o-1', 'sweep', abort.signal);
    setTimeout(() => abort.abort(new Error('activity cancelled')), 50);
    await expect(looking).rejects.toThrow('activity cancelled');
  });

  it('shows no token', async () => {
    const error = await failure(server.reset);
    expect(error.message).toBe('GET /api/v3/brokerage/orders/historical/o-1: no whole answer (ECONNRESET)');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('Bearer');
  });
});

describe('cancelling an order', () => {
  function cancel(...answers: server.Reply[]) {
    exchange.replyWith(...answers);
    return coinbase.cancelOrder({ orderId: 'o-1', botId: 'bot7' });
  }

  it('asks for one order and says that it was submitted', async () => {
    const row = { success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: 'o-1' };
    expect(await cancel(server.json({ results: [row] }))).toEqual({ submitted: true, failureReason: null });
    expect(exchange.requests).toMatchObject([
      { method: 'POST', path: '/api/v3/brokerage/orders/batch_cancel', body: { order_ids: ['o-1'] } },
    ]);
  });

  it.each(['ORDER_IS_FULLY_FILLED', 'UNKNOWN_CANCEL_ORDER', 'A_REASON_OF_TOMORROW'])('passes %s on', async (reason) => {
    const row = { success: false, failure_reason: reason, order_id: 'o-1' };
    expect(await cancel(server.json({ results: [row] }))).toEqual({ submitted: false, failureReason: reason });
  });

  it.each<[string, server.Reply, string]>([
    ['no row', server.json({ results: [] }), 'malformed-answer'],
    ['the row of another order', server.json({ results: [{ success: true, order_id: 'o-2' }] }), 'malformed-answer'],
    ['503', server.GO_SG_503, 'unavailable'],
    ['a missing scope', server.FORBIDDEN, 'unauthorised'],
  ])('does not accept %s as an answer', async (_, answer, kind) => {
    await expect(cancel(answer)).rejects.toMatchObject({ kind });
  });

  it('does not wait longer for an answer than a request may take', async () => {
    coinbase = exchange.connect({ requestTimeoutMs: 400 });
    await expect(cancel(server.hang)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('requests that wait for their turn', () => {
  it('are sent by priority: cancels, then looks that somebody waits for, then sweeps', async () => {
    const budget = new RequestBudget(0);
    const connection = exchange.connect({ budget });
    exchange.replyWith(server.GO_SG_503);
    const answers = [
      connection.listFills(['o-1'], 'sweep'),
      connection.getOrder('o-1', 'urgent'),
      connection.cancelOrder({ orderId: 'o-1', botId: 'bot7' }),
    ];
    budget.limit = 1;
    await Promise.allSettled(answers);
    expect(exchange.requests.map(({ path }) => path.replace('/api/v3/brokerage/orders/', ''))).toEqual([
      'batch_cancel',
      'historical/o-1',
      'historical/fills',
    ]);
  });
});
