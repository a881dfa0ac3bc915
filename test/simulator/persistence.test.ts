import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { createKey, startSimulator } from '../../src/simulator/index.ts';
import { untilPast } from '../support/waiting.ts';
import type { Bot } from './bot.ts';
import { botOf, eventually, restingBuy } from './bot.ts';

const key = createKey();
let folder: string;
let stateFile: string;
let bot: Bot;

async function start(options: Partial<SimulatorOptions> = {}): Promise<void> {
  bot = botOf(await startSimulator({ keys: [key], tickMs: 0, stateFile, ...options }), key);
}

async function restart(options: Partial<SimulatorOptions> = {}): Promise<void> {
  await bot.simulator.close();
  await start(options);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'order-sync-simulator-'));
  stateFile = join(folder, 'data', 'simulator.json');
  await start();
});
afterEach(async () => {
  await bot.simulator.close();
  await rm(folder, { recursive: true });
});

async function comesTo(clientOrderId: string, status: string): Promise<void> {
  await eventually(
    () => bot.simulator.ledger.orderByClientId(clientOrderId)?.status,
    (actual) => actual === status,
  );
}

describe('a simulated exchange with a state file, after a restart', () => {
  it('knows every order, fill and balance, and what was posted and cancelled', async () => {
    bot.simulator.exchange.setPlan({ clientOrderId: 'corrected' }, { steps: [{ do: 'fill' }, { do: 'reverse' }] });
    bot.simulator.exchange.setPlan({ clientOrderId: 'purged' }, { steps: [{ do: 'purge' }] });
    bot.simulator.exchange.setPlan({ clientOrderId: 'refused' }, { refuse: { code: 'INVALID_SIDE' } });
    for (const id of ['filled', 'filled', 'corrected', 'purged', 'refused']) await bot.place(id);
    await bot.place('resting', restingBuy());
    await bot.place('malformed', { side: 'NEITHER' });
    const { orderId } = bot.simulator.ledger.orderByClientId('filled') ?? {};
    await bot.post('/orders/batch_cancel', { order_ids: [orderId] });
    bot.simulator.exchange.setPrice('BTC-USD', '64999.99');
    const before = {
      orders: (await bot.get('/orders/historical/batch')).text,
      fills: (await bot.get('/orders/historical/fills')).text,
      accounts: (await bot.get('/accounts')).text,
      product: (await bot.get('/products/BTC-USD')).text,
    };
    const ledger = JSON.stringify(bot.simulator.ledger);
    await restart();
    expect(JSON.parse(JSON.stringify(bot.simulator.ledger))).toEqual(JSON.parse(ledger));
    expect({
      orders: (await bot.get('/orders/historical/batch')).text,
      fills: (await bot.get('/orders/historical/fills')).text,
      accounts: (await bot.get('/accounts')).text,
      product: (await bot.get('/products/BTC-USD')).text,
    }).toEqual(before);
  });

  it('answers a client order id in use with its first order', async () => {
    const first = await bot.place('same');
    await restart();
    expect((await bot.place('same')).text).toBe(first.text);
    expect(bot.simulator.ledger.orders()).toHaveLength(1);
    expect(bot.simulator.ledger.posts('same').map(({ outcome }) => outcome)).toEqual(['created', 'replayed']);
  });

  it('continues with plans, for earlier orders and for new ones', async () => {
    bot.simulator.exchange.setPlan(
      { clientOrderIdPrefix: 'planned-' },
      {
        steps: [
          { do: 'fill', part: '0.4', afterMs: 1000 },
          { do: 'fill', afterMs: 100 },
        ],
      },
    );
    await bot.place('planned-1', restingBuy());
    await restart();
    expect(bot.simulator.ledger.orderByClientId('planned-1')?.fills).toEqual([]);
    await bot.place('planned-2', restingBuy());
    await comesTo('planned-1', 'FILLED');
    await comesTo('planned-2', 'FILLED');
    expect(bot.simulator.ledger.orderByClientId('planned-1')?.fills.map(({ size }) => size)).toEqual([
      '0.004',
      '0.006',
    ]);
  });

  it('does at once what became due meanwhile', async () => {
    bot.simulator.exchange.setPlan(
      { clientOrderId: 'slept' },
      {
        steps: [
          { do: 'fill', part: '0.4', afterMs: 200 },
          { do: 'fill', part: '0.2', afterMs: 200 },
          { do: 'fill', afterMs: 60_000 },
        ],
      },
    );
    const endTime = new Date(Date.now() + 500).toISOString();
    await bot.place('expiring', {
      order_configuration: {
        limit_limit_gtd: { base_size: '0.01', limit_price: '60000', post_only: false, end_time: endTime },
      },
    });
    await bot.place('slept', restingBuy());
    await bot.simulator.close();
    await untilPast(Date.parse(endTime));
    await start();
    bot.simulator.exchange.setPlan({ clientOrderId: 'next' }, { steps: [{ do: 'fill', afterMs: 100 }] });
    await bot.place('next', restingBuy());
    await comesTo('next', 'FILLED');
    expect(bot.simulator.ledger.orderByClientId('expiring')?.status).toBe('EXPIRED');
    expect(bot.simulator.ledger.orderByClientId('slept')?.fills).toHaveLength(2);
    expect(bot.simulator.ledger.orderByClientId('slept')?.status).toBe('OPEN');
  });

  it('carries out a cancel that was requested', async () => {
    await restart({ cancelMs: 1500 });
    await bot.place('cancelled', restingBuy());
    const { orderId } = bot.simulator.ledger.orderByClientId('cancelled') ?? {};
    await bot.post('/orders/batch_cancel', { order_ids: [orderId] });
    await restart();
    expect(await bot.order('cancelled')).toMatchObject({ status: 'OPEN', pending_cancel: true });
    await comesTo('cancelled', 'CANCELLED');
    expect((await bot.get('/accounts')).json.accounts.find(({ currency }) => currency === 'USD')?.hold.value).toBe('0');
  });

  it('fills a resting order when its price is reached, but not one with a plan', async () => {
    bot.simulator.exchange.setPlan({ clientOrderId: 'left-alone' }, {});
    await bot.place('left-alone', restingBuy('60000'));
    await bot.place('waiting', restingBuy('60000'));
    await restart();
    for (let part = 0; part < 3; part += 1) bot.simulator.exchange.setPrice('BTC-USD', '59000');
    const { status, fills } = bot.simulator.ledger.orderByClientId('waiting') ?? {};
    expect(status).toBe('FILLED');
    expect(fills?.[0]?.price).toBe('60000');
    expect(bot.simulator.ledger.orderByClientId('left-alone')?.status).toBe('OPEN');
  });

  it('continues with the prices from where they were', async () => {
    await restart({ tickMs: 10 });
    await eventually(
      () => bot.get('/products/BTC-USD'),
      ({ json }) => json.price !== '65000',
    );
    await restart({ tickMs: 0 });
    const { steps } = bot.simulator.exchange.market.position();
    expect(steps).toBeGreaterThan(0);
    expect((await bot.get('/products/BTC-USD')).json.price).not.toBe('65000');
  });
});

describe('the state file', () => {
  it('is written within about a second of a change, and not while nothing changes', async () => {
    expect(existsSync(stateFile)).toBe(false);
    const configuration = { limit_limit_gtc: { base_size: '1', limit_price: '10' } };
    bot.simulator.exchange.place({ clientOrderId: 'soon-written', productId: 'BTC-USD', side: 'BUY', configuration });
    const first = await eventually(
      () => readFile(stateFile, 'utf8').catch(() => ''),
      (text) => text !== '',
    );
    expect(JSON.parse(first)).toMatchObject({
      version: 1,
      orders: [{ clientOrderId: 'soon-written', status: 'OPEN' }],
    });
    await rm(stateFile);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(stateFile)).toBe(false);
  });

  it('survives the kill of the process', async () => {
    await bot.simulator.close();
    await rm(stateFile);
    const script = `
      import { createKey, startSimulator } from './src/simulator/index.ts';
      const { exchange } = await startSimulator({ keys: [createKey()], tickMs: 0, stateFile: ${JSON.stringify(stateFile)} });
      const configuration = { limit_limit_gtc: { base_size: '1', limit_price: '10' } };
      let count = 0;
      setInterval(() => {
        count += 1;
        exchange.place({ clientOrderId: 'order-' + count, productId: 'BTC-USD', side: 'BUY', configuration });
        console.log(count);
      }, 1);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const placed = (): number => output.trimEnd().split('\n').length;
    try {
      // Long enough for the second write: the kill may come in the middle of one.
      await eventually(
        () => readFile(stateFile, 'utf8').catch(() => ''),
        (text) => text !== '',
      );
      const countAtFirstWrite = placed();
      await eventually(placed, (count) => count > countAtFirstWrite * 2);
    } finally {
      child.kill('SIGKILL');
    }
    await ended;
    await start();
    const kept = bot.simulator.ledger.orders().length;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThanOrEqual(placed());
    expect(bot.simulator.ledger.orders().map(({ clientOrderId }) => clientOrderId)).toEqual(
      Array.from({ length: kept }, (_, index) => `order-${index + 1}`),
    );
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2), /JSON/],
    ['of another version', (text: string) => text.replace('"version":1', '"version":0'), /its version is 0, not 1/],
    ['without its orders', (text: string) => text.replace('"orders":', '"order":'), /state\.order is not known/],
    [
      'with a wrong amount',
      (text: string) => text.replace('"filledSize":"0"', '"filledSize":"much"'),
      /state\.orders\[0\]\.filledSize must be a decimal string/,
    ],
    [
      'with a fill of no order',
      (text: string) => text.replace('"fills":[]', '"fills":[{"orderId":"nobody"}]'),
      /state\.fills\[0\]\.orderId is not an order of the file/,
    ],
  ])('that is %s is refused, with the file and the remedy named, and left as it is', async (_what, damage, message) => {
    await bot.place('a', restingBuy());
    await bot.simulator.close();
    const damaged = damage(await readFile(stateFile, 'utf8'));
    await writeFile(stateFile, damaged);
    const starting = startSimulator({ keys: [key], tickMs: 0, stateFile });
    await expect(starting).rejects.toThrow(message);
    await expect(starting).rejects.toThrow(`cannot go on from ${stateFile}`);
    await expect(starting).rejects.toThrow('Delete the file');
    expect(await readFile(stateFile, 'utf8')).toBe(damaged);
    await rm(stateFile);
    await start();
    expect(bot.simulator.ledger.orders()).toEqual([]);
  });

  it('that cannot be written makes the close fail', async () => {
    await restart();
    await rm(join(folder, 'data'), { recursive: true });
    await writeFile(join(folder, 'data'), 'in the way');
    await expect(bot.simulator.close()).rejects.toThrow(/EEXIST|ENOTDIR/);
    await rm(join(folder, 'data'));
  });
});
