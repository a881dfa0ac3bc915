import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Big from 'big.js';

import type { Bot } from './bot.ts';
import { marketBuy, restingBuy, startWithBot } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startWithBot();
});
afterAll(() => bot.simulator.close());

describe('an order that is accepted', () => {
  it('is answered with its id, without status or fills', async () => {
    const { status, json } = await bot.place('accepted-1');
    expect(status).toBe(200);
    expect(json).toEqual({
      success: true,
      success_response: {
        order_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        product_id: 'BTC-USD',
        side: 'BUY',
        client_order_id: 'accepted-1',
      },
      order_configuration: { market_market_ioc: { quote_size: '10.00' } },
    });
  });

  it('is filled within the POST when it is a market order, fees included in the quote size', async () => {
    await bot.place('market-1');
    const order = await bot.order('market-1');
    expect(order).toMatchObject({
      status: 'FILLED',
      order_type: 'MARKET',
      time_in_force: 'IMMEDIATE_OR_CANCEL',
      size_in_quote: true,
      size_inclusive_of_fees: true,
      number_of_fills: '1',
      completion_percentage: '100',
      outstanding_hold_amount: '0',
      average_filled_price: '65000',
      filled_size: '0.00015292',
      filled_value: '9.9398',
      total_fees: '0.0596388',
      total_value_after_fees: '9.9994388',
    });
    expect(Date.parse(order.last_fill_time)).toBeGreaterThanOrEqual(Date.parse(order.created_time));
  });

  it('has every field of an order in every list of Coinbase, numbers as strings', async () => {
    await bot.place('fields-1', restingBuy());
    const order = await bot.order('fields-1');
    const decimals = [
      'completion_percentage',
      'filled_size',
      'average_filled_price',
      'number_of_fills',
      'filled_value',
      'total_fees',
      'total_value_after_fees',
      'outstanding_hold_amount',
    ];
    for (const name of decimals) expect(order[name]).toMatch(/^\d+(\.\d+)?$/);
    expect(order).toMatchObject({
      client_order_id: 'fields-1',
      status: 'OPEN',
      time_in_force: 'GOOD_UNTIL_CANCELLED',
      trigger_status: 'INVALID_ORDER_TYPE',
      reject_reason: 'REJECT_REASON_UNSPECIFIED',
      order_placement_source: 'RETAIL_ADVANCED',
      product_type: 'SPOT',
      pending_cancel: false,
      settled: false,
      last_fill_time: null,
      fee: '',
      edit_history: [],
    });
  });

  it('holds funds while it is open', async () => {
    await bot.place('hold-1', restingBuy('60000', '0.01'));
    expect((await bot.order('hold-1')).outstanding_hold_amount).toBe('603.6');
    const { json } = await bot.get('/accounts');
    const usd = json.accounts.find((account) => account.currency === 'USD');
    expect(new Big(usd?.hold.value ?? 0).gte('603.6')).toBe(true);
  });
});

describe('a client order id that is used again', () => {
  it('answers with the first order, and creates none', async () => {
    const first = await bot.place('twice-1');
    const second = await bot.place('twice-1');
    expect(second).toEqual(first);
    expect(bot.simulator.ledger.posts('twice-1').map((post) => post.outcome)).toEqual(['created', 'replayed']);
    expect(bot.simulator.ledger.orders().filter((order) => order.clientOrderId === 'twice-1')).toHaveLength(1);
  });

  it('answers with the first order, whatever else the second request says', async () => {
    const first = await bot.place('twice-2');
    const second = await bot.place('twice-2', { product_id: 'ETH-USD', ...restingBuy('1') });
    expect(second.json.success_response).toEqual(first.json.success_response);
  });

  it('is free again after a refusal', async () => {
    const refused = await bot.place('again-1', { product_id: 'NO-SUCH' });
    const accepted = await bot.place('again-1');
    expect([refused.json.success, accepted.json.success]).toEqual([false, true]);
  });
});

describe('an order that is refused', () => {
  const configuration = (key: string, fields: object): Record<string, unknown> => ({
    order_configuration: { [key]: fields },
  });

  it.each([
    ['an unknown product', { product_id: 'NO-SUCH' }, 'INVALID_PRODUCT_ID'],
    ['too little money', configuration('market_market_ioc', { quote_size: '999999999999.00' }), 'INSUFFICIENT_FUND'],
    [
      'a size finer than the increment',
      configuration('market_market_ioc', { quote_size: '10.001' }),
      'INVALID_SIZE_PRECISION',
    ],
    [
      'a price finer than the increment',
      configuration('limit_limit_gtc', { base_size: '1', limit_price: '1.001' }),
      'INVALID_PRICE_PRECISION',
    ],
    ['a market sell by quote size', { side: 'SELL' }, 'UNSUPPORTED_ORDER_CONFIGURATION'],
    [
      'a post-only order that would be filled at once',
      configuration('limit_limit_gtc', { base_size: '0.01', limit_price: '70000', post_only: true }),
      'INVALID_LIMIT_PRICE_POST_ONLY',
    ],
    [
      'an end in the past',
      configuration('limit_limit_gtd', { base_size: '0.01', limit_price: '1', end_time: '2020-01-01T00:00:00Z' }),
      'INVALID_REQUEST',
    ],
    [
      'market fill-or-kill, which spot does not have',
      configuration('market_market_fok', { quote_size: '10' }),
      'UNSUPPORTED_ORDER_CONFIGURATION',
    ],
  ])('for %s is a 200 with the reason', async (what, order, reason) => {
    const { status, json } = await bot.place(`refused ${what}`, order);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      success: false,
      error_response: { error: reason, new_order_failure_reason: reason, message: expect.stringMatching(/./) },
    });
    expect(bot.simulator.ledger.orderByClientId(`refused ${what}`)).toBeUndefined();
  });

  it('has some reasons only in preview_failure_reason', async () => {
    const { json } = await bot.place('refused-small', configuration('market_market_ioc', { quote_size: '0.50' }));
    expect(json.error_response).toMatchObject({
      new_order_failure_reason: 'UNKNOWN_FAILURE_REASON',
      preview_failure_reason: 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL',
    });
  });
});

describe('a request that is malformed', () => {
  it.each([
    ['client_order_id', { client_order_id: '' }],
    ['client_order_id', { client_order_id: 'x'.repeat(129) }],
    ['product_id', { product_id: null }],
    ['side', { side: 'buy' }],
    ['order_configuration', { order_configuration: {} }],
    ['order_configuration', { order_configuration: { market_market_ioc: { quote_size: '1' }, limit_limit_gtc: {} } }],
    ['order_configuration.no_such', { order_configuration: { no_such: {} } }],
    ['base_size', { order_configuration: { market_market_ioc: { base_size: 0.001 } } }],
    ['quote_size', { order_configuration: { market_market_ioc: { base_size: '1', quote_size: '1' } } }],
    ['limit_price', { order_configuration: { limit_limit_gtc: { base_size: '1' } } }],
  ])('is a 400 that names %s', async (field, order) => {
    const { status, json } = await bot.place('malformed', order);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: 'INVALID_ARGUMENT', message: expect.stringContaining(field) });
  });

  it('is kept by the ledger as it was received', async () => {
    const { status } = await bot.post('/orders', '{"client_order_id": "cut-of');
    expect(status).toBe(400);
    expect(bot.simulator.ledger.posts().at(-1)).toMatchObject({
      clientOrderId: null,
      body: '{"client_order_id": "cut-of',
      outcome: 'malformed',
    });
  });

  it('may have a client order id of 128 characters', async () => {
    expect((await bot.place('y'.repeat(128))).json.success).toBe(true);
  });
});

describe('a preview', () => {
  it('says what an order would cost, and places none', async () => {
    const { client_order_id: _, ...order } = marketBuy('unused');
    const before = bot.simulator.ledger.orders().length;
    const { json } = await bot.post('/orders/preview', order);
    expect(json).toMatchObject({
      errs: [],
      base_size: '0.00015292',
      commission_total: '0.0596388',
      order_total: '9.9994388',
    });
    expect(bot.simulator.ledger.orders()).toHaveLength(before);
  });

  it('says why an order would be refused', async () => {
    const { json } = await bot.post('/orders/preview', {
      ...marketBuy('unused'),
      order_configuration: { market_market_ioc: { quote_size: '999999999999.00' } },
    });
    expect(json.errs).toEqual(['PREVIEW_INSUFFICIENT_FUND']);
  });
});

describe('a product that is an alias', () => {
  it('keeps its own name unless told otherwise', async () => {
    await bot.place('alias-1', { product_id: 'BTC-USDC' });
    expect((await bot.order('alias-1')).product_id).toBe('BTC-USDC');
  });

  it('can be reported as the product whose book it shares', async () => {
    const other = await startWithBot({ reportAliasAsBook: true });
    try {
      await other.place('alias-2', { product_id: 'BTC-USDC' });
      expect((await other.order('alias-2')).product_id).toBe('BTC-USD');
      const { json } = await other.get('/orders/historical/batch?product_ids=BTC-USDC');
      expect(json.orders).toHaveLength(1);
    } finally {
      await other.simulator.close();
    }
  });
});
