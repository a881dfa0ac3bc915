import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startWithBot, type Bot } from './bot.ts';

interface Level {
  price: string;
  size: string;
}

interface MarketAnswer {
  pricebook: { bids: Level[]; asks: Level[] };
  pricebooks: { product_id: string }[];
  trades: { side: string; size: string; price: string }[];
  candles: { start: string; open: string; high: string; low: string; close: string; volume: string }[];
  error: string;
}

let bot: Bot;
beforeEach(async () => {
  bot = await startWithBot();
});
afterEach(() => bot.simulator.close());

async function ask(path: string): Promise<MarketAnswer> {
  return (await bot.get(path)).json as unknown as MarketAnswer;
}

function candles(granularity: string, minutes: number): Promise<MarketAnswer> {
  const now = Math.floor(Date.now() / 1000);
  return ask(`/products/BTC-USD/candles?start=${now - minutes * 60}&end=${now}&granularity=${granularity}`);
}

describe('public market data', () => {
  it('has a book around the price, best first, which moves with it', async () => {
    const { bids, asks } = (await ask('/product_book?product_id=BTC-USD&limit=3')).pricebook;
    expect(bids.map(({ price }) => price)).toEqual(['64999.99', '64999.98', '64999.97']);
    expect(asks.map(({ price }) => price)).toEqual(['65000.01', '65000.02', '65000.03']);
    bot.simulator.exchange.setPrice('BTC-USD', '64999.99');
    const moved = (await ask('/product_book?product_id=BTC-USD&limit=2')).pricebook;
    expect(moved.bids).toEqual(bids.slice(1));
  });

  it('has a quote for each product, or for those that are named', async () => {
    expect((await ask('/best_bid_ask')).pricebooks.length).toBeGreaterThan(5);
    const { pricebooks } = await ask('/best_bid_ask?product_ids=BTC-USD&product_ids=ETH-USD');
    expect(pricebooks.map((book) => book.product_id)).toEqual(['BTC-USD', 'ETH-USD']);
  });

  it('has the trades of the account among those of others, by the maker’s side', async () => {
    await bot.place('trade');
    const filledSize = bot.simulator.ledger.orders()[0]?.filledSize;
    const { trades } = await ask('/products/BTC-USD/ticker?limit=5');
    expect(trades).toMatchObject([{ side: 'SELL', size: filledSize, price: '65000' }]);
  });

  it('has trades of others while the prices move', async () => {
    await bot.simulator.close();
    bot = await startWithBot({ tickMs: 5 });
    const trades = await eventually(
      async () => (await ask('/products/BTC-USD/ticker?limit=20')).trades,
      ({ length }) => length === 20,
    );
    expect(new Set(trades.map(({ price }) => price)).size).toBeGreaterThan(5);
  });

  it('has candles: the price is constant until something is traded', async () => {
    await bot.place('before');
    bot.simulator.exchange.setPrice('BTC-USD', '66000');
    await bot.place('after');
    const volume = bot.simulator.ledger.fills().reduce((sum, { size }) => sum + Number(size), 0);
    const found = (await candles('ONE_DAY', 3 * 24 * 60)).candles;
    expect(found.map(({ start }) => Number(start) % 86_400)).toEqual([0, 0, 0, 0]);
    expect(found[0]).toMatchObject({ open: '65000', low: '65000', high: '66000', close: '66000' });
    expect(Number(found[0]?.volume)).toBeCloseTo(volume, 8);
    expect(found[1]).toMatchObject({ open: '65000', close: '65000', volume: '0' });
  });

  it('refuses more candles than Coinbase gives, and intervals that it does not know', async () => {
    expect((await candles('ONE_MINUTE', 400)).error).toBe('INVALID_ARGUMENT');
    expect((await candles('TEN_MINUTES', 10)).error).toBe('INVALID_ARGUMENT');
  });

  it('needs no key on the public paths', async () => {
    for (const path of ['products', 'products/BTC-USD', 'product_book?product_id=BTC-USD', 'products/BTC-USD/ticker']) {
      const response = await fetch(`${bot.simulator.url}/api/v3/brokerage/market/${path}`);
      expect({ path, status: response.status }).toEqual({ path, status: 200 });
    }
    expect((await fetch(`${bot.simulator.url}/api/v3/brokerage/best_bid_ask`)).status).toBe(401);
  });
});
