import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { Bot } from './bot.ts';
import { eventually, restingBuy, startWithBot } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await startWithBot();
});
afterEach(() => bot.simulator.close());

const btc = (key: string, fields: object): Record<string, unknown> => ({ order_configuration: { [key]: fields } });

describe('an order without a plan', () => {
  it('fills at its limit, as a maker, when the price reaches it; in as many parts as the seed says', async () => {
    for (let index = 0; index < 12; index += 1) await bot.place(`rest-${index}`, restingBuy());
    for (let step = 0; step < 3; step += 1) bot.simulator.exchange.setPrice('BTC-USD', '59999.99');
    const orders = bot.simulator.ledger.orders();
    expect(orders.map((order) => order.status)).toEqual(Array(12).fill('FILLED'));
    expect(new Set(orders.map((order) => order.filledValue))).toEqual(new Set(['600']));
    expect(new Set(orders.map((order) => order.totalFees))).toEqual(new Set(['2.4']));
    expect(new Set(orders.map((order) => order.fillCount))).toEqual(new Set([1, 2, 3]));
  });

  it('does not fill while its price is not reached', async () => {
    await bot.place('far', restingBuy());
    bot.simulator.exchange.setPrice('BTC-USD', '60000.01');
    expect((await bot.order('far')).filled_size).toBe('0');
  });

  it('takes the market price at once when its limit is better', async () => {
    await bot.place('takes', restingBuy('66000'));
    expect(await bot.order('takes')).toMatchObject({
      status: 'FILLED',
      average_filled_price: '65000',
      total_fees: '3.9',
    });
  });

  it.each([
    ['sor_limit_ioc', '60000', 'CANCELLED'],
    ['sor_limit_ioc', '66000', 'FILLED'],
    ['limit_limit_fok', '60000', 'CANCELLED'],
    ['limit_limit_fok', '66000', 'FILLED'],
  ])('of kind %s with the limit %s is %s at once', async (key, limit, status) => {
    await bot.place('at-once', btc(key, { base_size: '0.01', limit_price: limit }));
    expect((await bot.order('at-once')).status).toBe(status);
  });

  it('expires at its end time', async () => {
    const endTime = new Date(Date.now() + 1000).toISOString();
    await bot.place('gtd', btc('limit_limit_gtd', { base_size: '0.01', limit_price: '60000', end_time: endTime }));
    expect(await bot.order('gtd')).toMatchObject({ status: 'OPEN', time_in_force: 'GOOD_UNTIL_DATE_TIME' });
    await eventually(
      () => bot.order('gtd'),
      (order) => order.status === 'EXPIRED',
    );
  });

  it('waits for its stop price, then for its limit', async () => {
    await bot.place('stop', {
      side: 'SELL',
      ...btc('stop_limit_stop_limit_gtc', {
        base_size: '1',
        limit_price: '62000',
        stop_price: '61000',
        stop_direction: 'STOP_DIRECTION_STOP_DOWN',
      }),
    });
    expect(await bot.order('stop')).toMatchObject({ status: 'OPEN', trigger_status: 'STOP_PENDING' });
    bot.simulator.exchange.setPrice('BTC-USD', '60900');
    expect(await bot.order('stop')).toMatchObject({ status: 'OPEN', trigger_status: 'STOP_TRIGGERED' });
    for (let step = 0; step < 3; step += 1) bot.simulator.exchange.setPrice('BTC-USD', '62500');
    expect(await bot.order('stop')).toMatchObject({ status: 'FILLED', average_filled_price: '62000' });
  });

  it('can be filled late although it is a market order', async () => {
    const late = await startWithBot({ marketFillMs: 400 });
    try {
      await late.place('late');
      expect((await late.order('late')).status).toBe('OPEN');
      await eventually(
        () => late.order('late'),
        (order) => order.status === 'FILLED',
      );
    } finally {
      await late.simulator.close();
    }
  });
});

describe('the account', () => {
  async function balance(currency: string): Promise<{ available: string; hold: string }> {
    const { json } = await bot.get('/accounts');
    const account = json.accounts.find((each) => each.currency === currency);
    return { available: account?.available_balance.value ?? '', hold: account?.hold.value ?? '' };
  }

  it('pays for what was filled and gets the rest of the hold back', async () => {
    await bot.place('bought', restingBuy());
    bot.simulator.exchange.act('bought', { do: 'fill', part: '0.5' });
    expect(await balance('USD')).toEqual({ available: '99999397', hold: '301.8' });
    bot.simulator.exchange.act('bought', { do: 'cancel' });
    expect(await balance('USD')).toEqual({ available: '99999698.8', hold: '0' });
    expect(await balance('BTC')).toEqual({ available: '10000.005', hold: '0' });
  });

  it('refuses an order when earlier orders hold the money', async () => {
    const poor = await startWithBot({ balances: { USD: '1000' } });
    try {
      expect((await poor.place('first', restingBuy())).json.success).toBe(true);
      expect((await poor.place('second', restingBuy())).json.error_response.error).toBe('INSUFFICIENT_FUND');
    } finally {
      await poor.simulator.close();
    }
  });
});

describe('the prices', () => {
  async function walk(seed: number): Promise<string[]> {
    const walker = await startWithBot({ seed, tickMs: 5 });
    const prices = new Set<string>();
    try {
      const { market } = walker.simulator.exchange;
      const product = walker.simulator.exchange.product('BTC-USD');
      await eventually(
        () => prices.add(market.price(product).toFixed()),
        ({ size }) => size >= 6,
      );
      return [...prices].slice(0, 6);
    } finally {
      await walker.simulator.close();
    }
  }

  it('are the same with the same seed, and differ with another', async () => {
    const [first, second, other] = [await walk(7), await walk(7), await walk(8)];
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
