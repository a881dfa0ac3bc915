import { spawnSync } from 'node:child_process';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Answer, Bot } from './bot.ts';
import { marketBuy, restingBuy, startWithBot, toAnswer } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startWithBot();
});
afterAll(() => bot.simulator.close());

async function control(method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return toAnswer(await fetch(`${bot.simulator.url}/simulator${path}`, init));
}

describe('the control interface', () => {
  it('sets plans, acts on orders, and shows what truly happened', async () => {
    expect((await control('POST', '/plans', { clientOrderId: 'ctl-1', plan: { steps: [] } })).status).toBe(200);
    await bot.place('ctl-1');
    expect((await control('GET', '/orders/ctl-1')).json.status).toBe('OPEN');
    const acted = await control('POST', '/orders/ctl-1/actions', { do: 'fill' });
    expect(acted.json).toMatchObject({ changed: true, order: { status: 'FILLED' } });
    expect((await control('POST', '/orders/ctl-1/actions', { do: 'cancel' })).json.changed).toBe(false);

    const { json } = await control('GET', '/ledger');
    expect(json).toMatchObject({
      orders: [{ clientOrderId: 'ctl-1', status: 'FILLED', fills: [{ price: '65000' }] }],
      posts: [{ clientOrderId: 'ctl-1', outcome: 'created' }],
      requests: { createOrder: 1 },
    });
    expect(JSON.parse(json.posts[0]?.body ?? '')).toEqual(marketBuy('ctl-1'));
  });

  it('places an order that no POST is recorded of', async () => {
    const { json } = await control('POST', '/orders', {
      ...marketBuy('foreign'),
      ...restingBuy(),
      created_time: '2026-01-02T03:04:05Z',
    });
    expect(json).toMatchObject({ status: 'OPEN', createdAt: '2026-01-02T03:04:05.000Z' });
    expect(bot.simulator.ledger.postCount('foreign')).toBe(0);
    expect((await bot.order('foreign')).created_time).toBe('2026-01-02T03:04:05.000Z');
  });

  it('sets prices and limits', async () => {
    await control('POST', '/prices', { productId: 'ETH-USD', price: '3000.5' });
    expect((await bot.get('/products/ETH-USD')).json.price).toBe('3000.5');
    await control('POST', '/limits', { requestsPerSecond: 1 });
    const answers = await Promise.all([bot.get('/accounts'), bot.get('/accounts')]);
    await control('POST', '/limits', { requestsPerSecond: null });
    expect(answers.map(({ status }) => status)).toContain(429);
  });

  it('adds and removes faults', async () => {
    const rule = { match: { endpoint: 'listAccounts' }, do: { kind: 'answer', when: 'before', status: 500, body: {} } };
    const { json } = await control('POST', '/faults', rule);
    expect((await bot.get('/accounts')).status).toBe(500);
    expect((await control('GET', '/faults')).json).toMatchObject([{ ...rule, id: json.id, hits: 1 }]);
    await control('DELETE', `/faults/${json.id}`);
    expect((await bot.get('/accounts')).status).toBe(200);
  });

  it.each([
    ['/plans', { clientOrderId: 'x', plan: { steps: [{ do: 'explode' }] } }, 'plan.steps[0].do must be one of'],
    ['/plans', { clientOrderId: 'x', plan: { stepz: [] } }, 'plan.stepz is not known'],
    ['/orders/ctl-1/actions', { do: 'status' }, 'action.status must be a string'],
    ['/prices', { productId: 'ETH-USD', price: 3000 }, 'body.price must be a decimal string'],
    ['/faults', { match: {}, do: { kind: 'delay', when: 'after' } }, 'fault.do.ms must be a whole number'],
  ])('refuses invalid input to %s with the field named', async (path, body, message) => {
    const { status, json } = await control('POST', path, body);
    expect(status).toBe(400);
    expect(json.error).toContain(message);
  });

  it('answers 404 for an order that never existed', async () => {
    expect((await control('GET', '/orders/no-such')).status).toBe(404);
  });
});

describe('closing', () => {
  it('lets the process exit although orders wait, requests hang and prices move', () => {
    const script = `
      import { createKey, startSimulator } from './src/simulator/index.ts';
      const simulator = await startSimulator({ keys: [createKey()], tickMs: 10 });
      simulator.exchange.setPlan({ clientOrderIdPrefix: '' }, { steps: [{ do: 'fill', afterMs: 100000 }] });
      simulator.faults.add({ match: {}, do: { kind: 'hang', when: 'before' } });
      simulator.exchange.place({
        clientOrderId: 'a', productId: 'BTC-USD', side: 'BUY',
        configuration: { market_market_ioc: { quote_size: '5' } },
      });
      const hanging = fetch(simulator.url + '/api/v3/brokerage/time').catch(() => 'cut');
      while (simulator.ledger.requestCount('getTime') === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await simulator.close();
      console.log(await hanging);
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: 'cut\n', stderr: '', status: 0 });
  });
});
