import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Bot } from './bot.ts';
import { restingBuy, startWithBot } from './bot.ts';

let bot: Bot;
const orderIds: Record<string, string> = {};

beforeAll(async () => {
  bot = await startWithBot();
  bot.simulator.exchange.setPlan({ clientOrderId: 'pending' }, { initialStatus: 'PENDING' });
  bot.simulator.exchange.setPlan({ clientOrderId: 'queued' }, { initialStatus: 'QUEUED' });
  const orders: [string, object][] = [
    ['open', restingBuy()],
    ['pending', restingBuy()],
    ['queued', restingBuy()],
    ['filled', {}],
    ['eth', { product_id: 'ETH-USD' }],
    ['sold', { side: 'SELL', order_configuration: { market_market_ioc: { base_size: '0.5' } } }],
  ];
  for (const [clientOrderId, order] of orders) {
    const { json } = await bot.place(clientOrderId, { ...order });
    orderIds[clientOrderId] = json.success_response.order_id;
  }
});
afterAll(() => bot.simulator.close());

async function list(query: string): Promise<string[]> {
  const { json } = await bot.get(`/orders/historical/batch?${query}`);
  return json.orders.map((order) => order.client_order_id);
}

describe('one order', () => {
  it('is found by its id', async () => {
    const { json } = await bot.get(`/orders/historical/${orderIds['open']}`);
    expect(json.order.client_order_id).toBe('open');
  });

  it.each(['no-such', 'open'])('is a 404 by the id %s, which is not an order id', async (id) => {
    const { status, json } = await bot.get(`/orders/historical/${id}`);
    expect(status).toBe(404);
    expect(json).toEqual({
      error: 'NOT_FOUND',
      error_details: 'order with this orderID was not found',
      message: 'order with this orderID was not found',
    });
  });
});

describe('the list of orders', () => {
  it('has all orders, the newest first', async () => {
    expect(await list('')).toEqual(['sold', 'eth', 'filled', 'queued', 'pending', 'open']);
  });

  it('has the orders asked for by id, whatever their status', async () => {
    const { queued, filled } = orderIds;
    expect(await list(`order_ids=${queued}&order_ids=${filled}&order_ids=no-such`)).toEqual(['filled', 'queued']);
  });

  it('leaves PENDING and QUEUED out of OPEN', async () => {
    expect(await list('order_status=OPEN')).toEqual(['open']);
    expect(await list('order_status=PENDING&order_status=QUEUED')).toEqual(['queued', 'pending']);
  });

  it('refuses OPEN together with another status', async () => {
    const { status, json } = await bot.get('/orders/historical/batch?order_status=OPEN&order_status=PENDING');
    expect([status, json.error]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('can be restricted to products and a side', async () => {
    expect(await list('product_ids=ETH-USD')).toEqual(['eth']);
    expect(await list('order_side=SELL')).toEqual(['sold']);
  });

  it('takes dates as those of creation, the first inclusive, the last exclusive', async () => {
    bot.simulator.exchange.place(
      {
        clientOrderId: 'old',
        productId: 'SOL-USD',
        side: 'BUY',
        configuration: { market_market_ioc: { quote_size: '5' } },
      },
      Date.parse('2024-05-01T12:00:00Z'),
    );
    expect(await list('end_date=2024-06-01T00:00:00Z')).toEqual(['old']);
    expect(await list('start_date=2024-05-01T12:00:00Z&end_date=2024-05-01T12:00:01Z')).toEqual(['old']);
    expect(await list('start_date=2024-05-01T11:00:00Z&end_date=2024-05-01T12:00:00Z')).toEqual([]);
  });

  it('comes in pages, each order once', async () => {
    const seen: string[] = [];
    let cursor = '';
    let hasNext = true;
    while (hasNext) {
      const { json } = await bot.get(`/orders/historical/batch?product_ids=BTC-USD&limit=2&cursor=${cursor}`);
      seen.push(...json.orders.map((order) => order.client_order_id));
      ({ cursor, has_next: hasNext } = json);
      await bot.place(`while-paging-${seen.length}`);
    }
    expect(seen).toEqual(['sold', 'filled', 'queued', 'pending', 'open']);
    expect(cursor).toBe('');
  });

  it('refuses an invalid cursor', async () => {
    expect((await bot.get('/orders/historical/batch?cursor=abc')).status).toBe(400);
  });
});

describe('the list of fills', () => {
  it('has the fills of an order, with the size in quote when the order was sized so', async () => {
    const { json } = await bot.get(`/orders/historical/fills?order_ids=${orderIds['filled']}`);
    expect(json.fills).toEqual([
      expect.objectContaining({
        order_id: orderIds['filled'],
        trade_type: 'FILL',
        price: '65000',
        size: '9.9398',
        size_in_quote: true,
        commission: '0.0596388',
        liquidity_indicator: 'TAKER',
        side: 'BUY',
      }),
    ]);
    expect(json).not.toHaveProperty('has_next');
  });

  it('has the size in base otherwise', async () => {
    const { json } = await bot.get(`/orders/historical/fills?order_ids=${orderIds['sold']}`);
    expect(json.fills).toEqual([expect.objectContaining({ size: '0.5', size_in_quote: false, commission: '195' })]);
  });

  it('ends with an empty cursor', async () => {
    const first = await bot.get(
      `/orders/historical/fills?limit=1&order_ids=${orderIds['filled']}&order_ids=${orderIds['sold']}`,
    );
    const second = await bot.get(
      `/orders/historical/fills?limit=1&order_ids=${orderIds['filled']}&order_ids=${orderIds['sold']}&cursor=${first.json.cursor}`,
    );
    const ids = [...first.json.fills, ...second.json.fills].map((fill) => fill.order_id);
    expect(ids).toEqual([orderIds['sold'], orderIds['filled']]);
    expect(second.json.cursor).toBe('');
  });
});

describe('the catalogue', () => {
  it('has products with their increments', async () => {
    const { json } = await bot.get('/products/BTC-USD');
    expect(json).toMatchObject({ price: '65000', base_increment: '0.00000001', price_increment: '0.01' });
    const all = (await bot.get('/products')).json;
    const ids = all.products.map((product) => product.product_id);
    expect(ids).toEqual(expect.arrayContaining(['BTC-USD', 'ETH-USD', 'SOL-USD', 'BTC-USDC']));
    expect(all.num_products).toBe(ids.length);
  });

  it('answers 404 for a product that is not traded', async () => {
    expect((await bot.get('/products/NO-SUCH')).status).toBe(404);
  });
});
