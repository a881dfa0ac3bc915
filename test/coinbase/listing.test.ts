import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../src/ports/exchange.ts';
import * as server from './scripted-server.ts';

const exchange = new server.ScriptedServer();
let coinbase: Exchange;
beforeAll(() => exchange.start());
beforeAll(() => {
  coinbase = exchange.connect();
});
afterAll(() => exchange.stop());

const order = (id: string, status = 'OPEN') => ({ order_id: id, product_id: 'BTC-USD', side: 'BUY', status });
const fill = (id: string, of = 'o-1', fields: Record<string, unknown> = {}) => ({
  entry_id: id,
  trade_id: `t-${id}`,
  order_id: of,
  trade_time: '2026-04-07T14:30:10.123456789Z',
  trade_type: 'FILL',
  price: '65000.01',
  size: '0.001',
  commission: '0.39',
  product_id: 'BTC-USD',
  sequence_timestamp: '2026-04-07T14:30:10.2Z',
  liquidity_indicator: 'TAKER',
  size_in_quote: false,
  user_id: 'u',
  side: 'BUY',
  retail_portfolio_id: 'p',
  ...fields,
});
const orders = (ids: string[], rest: Record<string, unknown> = { has_next: false, cursor: '' }) =>
  server.json({ orders: ids.map((id) => order(id)), sequence: '0', ...rest });
const fills = (rows: unknown[], cursor = '') => server.json({ fills: rows, cursor });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `o-${index + 1}`);

/** Shows the orders that were asked for by id. */
const whatIsAsked: server.Reply = (response, asked) => orders(asked.query.getAll('order_ids'))(response, asked);

describe('listing orders', () => {
  it('asks by product, status and creation time', async () => {
    exchange.replyWith(orders(['o-1']));
    const filter = {
      productIds: ['BTC-USD', 'ETH-USD'],
      statuses: ['FILLED', 'CANCELLED'],
      createdFrom: '2026-04-07T00:00:00Z',
      createdTo: '2026-04-08T00:00:00Z',
    };
    expect(await coinbase.listOrders(filter, 'sweep')).toMatchObject({
      orders: [{ orderId: 'o-1', status: 'OPEN' }],
      unreadable: [],
    });
    expect(exchange.requests[0]?.path).toBe('/api/v3/brokerage/orders/historical/batch');
    const query = exchange.requests[0]?.query;
    expect(query?.getAll('product_ids')).toEqual(['BTC-USD', 'ETH-USD']);
    expect(query?.getAll('order_status')).toEqual(['FILLED', 'CANCELLED']);
    expect(query?.get('start_date')).toBe('2026-04-07T00:00:00Z');
    expect(query?.get('end_date')).toBe('2026-04-08T00:00:00Z');
    expect(query?.get('limit')).toBe('1000');
  });

  it('follows the cursor to the last page, and counts an order once that moved between pages', async () => {
    exchange.replyWith(
      orders(['o-1', 'o-2'], { has_next: true, cursor: 'c-1' }),
      orders(['o-2', 'o-3'], { has_next: true, cursor: 'c-2' }),
      orders(['o-4'], { has_next: false, cursor: 'c-3' }),
    );
    const { orders: listed } = await coinbase.listOrders({}, 'sweep');
    expect(listed.map(({ orderId }) => orderId)).toEqual(['o-1', 'o-2', 'o-3', 'o-4']);
    expect(exchange.requests.map(({ query }) => query.get('cursor'))).toEqual([null, 'c-1', 'c-2']);
  });

  it('asks for OPEN separately, because Coinbase refuses it together with other statuses', async () => {
    exchange.replyWith(orders(['o-1']), orders(['o-2']));
    const listed = await coinbase.listOrders({ statuses: ['PENDING', 'OPEN', 'QUEUED'] }, 'sweep');
    expect(listed.orders).toHaveLength(2);
    expect(exchange.requests.map(({ query }) => query.getAll('order_status'))).toEqual([
      ['OPEN'],
      ['PENDING', 'QUEUED'],
    ]);
  });

  it('asks for many orders fifty at a time, and for none not at all', async () => {
    exchange.replyWith(whatIsAsked);
    const listed = await coinbase.listOrders({ orderIds: [...ids(120), 'o-1'] }, 'sweep');
    expect(listed.orders).toHaveLength(120);
    expect(exchange.requests.map(({ query }) => query.getAll('order_ids').length)).toEqual([50, 50, 20]);
    expect(await coinbase.listOrders({ orderIds: [] }, 'sweep')).toEqual({ orders: [], unreadable: [] });
    expect(exchange.requests).toHaveLength(3);
  });

  it('asks for half as many at a time if the exchange accepts fewer', async () => {
    const atMost20: server.Reply = (response, asked) => {
      const tooMany = asked.query.getAll('order_ids').length > 20;
      (tooMany ? server.text('URI Too Long', 414) : whatIsAsked)(response, asked);
    };
    exchange.replyWith(atMost20);
    expect((await coinbase.listOrders({ orderIds: ids(50) }, 'sweep')).orders).toHaveLength(50);
  });

  it('gives up on a bad argument that has nothing to do with the number', async () => {
    exchange.replyWith(server.BAD_ARGUMENT);
    await expect(coinbase.listOrders({ orderIds: ids(50) }, 'sweep')).rejects.toMatchObject({ kind: 'refused' });
    expect(exchange.requests.length).toBeLessThan(10);
  });
});

describe('a listing that is incomplete', () => {
  it.each<[string, server.Reply[], string]>([
    ['a repeated cursor', [orders(['o-1'], { has_next: true, cursor: 'c-1' })], 'malformed-answer'],
    ['a next page without a cursor', [orders(['o-1'], { has_next: true, cursor: '' })], 'malformed-answer'],
    ['no list', [server.json({ has_next: false })], 'malformed-answer'],
    ['null for a list', [server.json({ orders: null })], 'malformed-answer'],
    ['a failing second page', [orders(['o-1'], { has_next: true, cursor: 'c-1' }), server.GO_SG_503], 'unavailable'],
    [
      'a truncated second page',
      [orders(['o-1'], { has_next: true, cursor: 'c-1' }), server.text('{"orders":[', 200)],
      'malformed-answer',
    ],
    ['a demand for a second factor', [orders([], { has_next: false, proof_token_required: true })], 'unauthorised'],
  ])('is an error: %s', async (_, answers, kind) => {
    exchange.replyWith(...answers);
    await expect(coinbase.listOrders({}, 'sweep')).rejects.toMatchObject({ kind });
  });

  it('is an error when it shows orders that were not asked for', async () => {
    exchange.replyWith(orders(['o-1', 'o-9']));
    await expect(coinbase.listOrders({ orderIds: ['o-1'] }, 'sweep')).rejects.toMatchObject({
      kind: 'malformed-answer',
      message: expect.stringContaining('order o-9 was not asked for'),
    });
  });

  it('is an error when it never ends', async () => {
    let page = 0;
    const endless: server.Reply = (response, asked) =>
      orders([`o-${(page += 1)}`], { has_next: true, cursor: `c-${page}` })(response, asked);
    exchange.replyWith(endless);
    await expect(coinbase.listOrders({}, 'sweep')).rejects.toThrow('more than 100 pages');
    expect(page).toBe(100);
  });
});

describe('an order of a listing that cannot be read', () => {
  const listing = (...rows: unknown[]) => server.json({ orders: rows, has_next: false, cursor: '' });

  it.each<[string, unknown, string | null, string]>([
    ['a figure that is no number', { ...order('o-2'), filled_value: 'NaN' }, 'o-2', 'filled_value is "NaN"'],
    ['a fraction as a JSON number', { ...order('o-2'), filled_size: 0.1 }, 'o-2', 'filled_size is the number 0.1'],
    ['no product', { ...order('o-2'), product_id: '' }, 'o-2', 'product_id is missing'],
    ['no id', order(''), null, 'order_id is missing'],
    ['an id that is a number', { ...order('o-2'), order_id: 2 }, null, 'order_id is 2'],
    ['nothing', null, null, 'an object was expected'],
  ])('is set aside and hides none of the others: one with %s', async (_, row, orderId, problem) => {
    exchange.replyWith(listing(order('o-1'), row, order('o-3')));
    const listed = await coinbase.listOrders({}, 'sweep');
    expect(listed.orders.map((shown) => shown.orderId)).toEqual(['o-1', 'o-3']);
    expect(listed.unreadable).toEqual([{ orderId, problem: expect.stringContaining(problem) }]);
  });

  it('is set aside on every page, and where orders are asked for by id', async () => {
    exchange.replyWith(
      server.json({ orders: [{ ...order('o-1'), total_fees: 'free' }], has_next: true, cursor: 'c-1' }),
      listing(order('o-2'), { ...order('o-3'), created_time: 'today' }),
    );
    const listed = await coinbase.listOrders({ orderIds: ids(3) }, 'sweep');
    expect(listed.orders.map(({ orderId }) => orderId)).toEqual(['o-2']);
    expect(listed.unreadable.map(({ orderId }) => orderId)).toEqual(['o-1', 'o-3']);
    expect(exchange.requests).toHaveLength(2);
  });

  it('is not one that has ended without its figures', async () => {
    const untold = { filled_size: '', filled_value: '', total_fees: '', average_filled_price: '' };
    exchange.replyWith(listing({ ...order('o-1', 'CANCELLED'), ...untold }, order('o-2', 'FILLED')));
    expect(await coinbase.listOrders({}, 'sweep')).toMatchObject({
      orders: [
        { orderId: 'o-1', status: 'CANCELLED', filledSize: '0', filledValue: null, numberOfFills: null },
        { orderId: 'o-2', status: 'FILLED', filledSize: '0' },
      ],
      unreadable: [],
    });
  });
});

describe('listing fills', () => {
  it('returns each of them, including reversals and corrections of the same trade', async () => {
    exchange.replyWith(
      fills(
        [fill('e-1'), fill('e-2', 'o-1', { trade_id: 't-e-1', trade_type: 'REVERSAL', size_in_quote: true })],
        'c-1',
      ),
      fills([
        fill('e-2', 'o-1', { trade_id: 't-e-1', trade_type: 'REVERSAL' }),
        fill('e-3', 'o-2', { commission: '' }),
      ]),
    );
    const { fills: listed } = await coinbase.listFills(['o-1', 'o-2'], 'blocked-bot');
    expect(listed.map(({ entryId, tradeId, tradeType }) => [entryId, tradeId, tradeType])).toEqual([
      ['e-1', 't-e-1', 'FILL'],
      ['e-2', 't-e-1', 'REVERSAL'],
      ['e-3', 't-e-3', 'FILL'],
    ]);
    expect(listed[0]).toEqual({
      entryId: 'e-1',
      tradeId: 't-e-1',
      orderId: 'o-1',
      tradeTime: '2026-04-07T14:30:10.123456789Z',
      tradeType: 'FILL',
      price: '65000.01',
      size: '0.001',
      sizeInQuote: false,
      commission: '0.39',
      productId: 'BTC-USD',
      side: 'BUY',
      liquidityIndicator: 'TAKER',
      sequenceTimestamp: '2026-04-07T14:30:10.2Z',
    });
    expect(listed[2]?.commission).toBe('0');
    expect(
      exchange.requests.map(({ query }) => [query.getAll('order_ids'), query.get('limit'), query.get('cursor')]),
    ).toEqual([
      [['o-1', 'o-2'], '250', null],
      [['o-1', 'o-2'], '250', 'c-1'],
    ]);
  });

  it('accepts an empty list, and sends no request for no orders', async () => {
    exchange.replyWith(fills([]));
    expect(await coinbase.listFills(['o-1'], 'sweep')).toEqual({ fills: [], unreadable: [] });
    expect(await coinbase.listFills([], 'sweep')).toEqual({ fills: [], unreadable: [] });
    expect(exchange.requests).toHaveLength(1);
  });

  it.each([
    ['price', fill('e-2', 'o-1', { price: '' })],
    ['entry_id', fill('', 'o-1')],
    ['trade_time', fill('e-2', 'o-1', { trade_time: '' })],
    ['size', fill('e-2', 'o-1', { size: 'a lot' })],
  ])('sets aside a fill whose %s cannot be read', async (field, row) => {
    exchange.replyWith(fills([fill('e-1'), row, fill('e-3')]));
    const listed = await coinbase.listFillsSince('2026-04-07T14:30:00Z', 'sweep');
    expect(listed.fills.map(({ entryId }) => entryId)).toEqual(['e-1', 'e-3']);
    expect(listed.unreadable).toEqual([{ orderId: 'o-1', problem: expect.stringContaining(`${field} is`) }]);
  });

  it.each<[string, server.Reply[]]>([
    ['a fill of another order', [fills([fill('e-1', 'o-2')])]],
    ['a repeated cursor', [fills([fill('e-1')], 'c-1')]],
    ['no list', [server.json({ cursor: '' })]],
  ])('does not guess at %s', async (_, answers) => {
    exchange.replyWith(...answers);
    await expect(coinbase.listFills(['o-1'], 'sweep')).rejects.toMatchObject({ kind: 'malformed-answer' });
  });
});
