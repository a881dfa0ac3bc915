import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import type { FaultAction, FaultMatch } from '../../src/simulator/index.ts';
import type { Bot } from './bot.ts';
import { eventually, marketBuy, restingBuy, startWithBot } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await startWithBot();
});
afterEach(() => bot.simulator.close());

function fault(match: FaultMatch, action: FaultAction): string {
  return bot.simulator.faults.add({ match, do: action });
}

describe('a fault of the connection', () => {
  it('cuts it before the order is created', async () => {
    fault({ endpoint: 'createOrder', times: 1 }, { kind: 'reset', when: 'before' });
    await expect(bot.place('cut')).rejects.toThrow('fetch failed');
    expect(bot.simulator.ledger.orderByClientId('cut')).toBeUndefined();
    expect(bot.simulator.ledger.posts('cut')).toMatchObject([{ outcome: 'not-handled' }]);
  });

  it('cuts it after the order was created, and the second POST finds it', async () => {
    fault({ endpoint: 'createOrder', times: 1 }, { kind: 'reset', when: 'after' });
    await expect(bot.place('cut')).rejects.toThrow('fetch failed');
    const { json } = await bot.place('cut');
    expect(json.success_response.order_id).toBe(bot.simulator.ledger.orderByClientId('cut')?.orderId);
    expect(bot.simulator.ledger.postCount('cut')).toBe(2);
    expect(bot.simulator.ledger.orders()).toHaveLength(1);
  });

  it('hangs until the client gives up or the exchange closes', async () => {
    fault({ clientOrderId: 'hung' }, { kind: 'hang', when: 'after' });
    const answer = bot.place('hung').catch((error: Error) => error.message);
    await eventually(
      () => bot.simulator.ledger.orderByClientId('hung'),
      (order) => order?.status === 'FILLED',
    );
    await bot.simulator.close();
    expect(await answer).toBe('fetch failed');
  });

  it('delivers the request late, when the client has long given up', async () => {
    fault({ clientOrderId: 'late' }, { kind: 'delay', when: 'before', ms: 400 });
    await expect(bot.post('/orders', marketBuy('late'), 100)).rejects.toThrow('timeout');
    expect(bot.simulator.ledger.orderByClientId('late')).toBeUndefined();
    await eventually(
      () => bot.simulator.ledger.orderByClientId('late'),
      (order) => order?.status === 'FILLED',
    );
  });
});

describe('a fault of the answer', () => {
  it('is any status and body, after the order was created', async () => {
    fault({ endpoint: 'createOrder' }, { kind: 'answer', when: 'after', status: 502, body: 'N/A' });
    expect(await bot.place('bad-gateway')).toMatchObject({ status: 502, text: 'N/A' });
    expect(bot.simulator.ledger.orderByClientId('bad-gateway')?.status).toBe('FILLED');
  });

  it('is HTML', async () => {
    const html = '<html><body>Too many requests</body></html>';
    fault({}, { kind: 'answer', when: 'before', status: 429, body: html, contentType: 'text/html' });
    expect(await bot.get('/accounts')).toMatchObject({ status: 429, contentType: 'text/html', text: html });
  });

  it('is cut-off JSON', async () => {
    fault({ endpoint: 'listOrders', times: 1 }, { kind: 'truncate' });
    const { status, text, json } = await bot.get('/orders/historical/batch');
    expect(status).toBe(200);
    expect(text).toMatch(/^\{"orders"/);
    expect(json).toBeUndefined();
  });

  it('is a refusal of an order that an earlier POST has placed', async () => {
    await bot.place('funds');
    fault({ clientOrderId: 'funds' }, { kind: 'refuse', code: 'INSUFFICIENT_FUND' });
    expect((await bot.place('funds')).json.error_response.error).toBe('INSUFFICIENT_FUND');
  });
});

describe('a fault of what can be seen', () => {
  it('hides an order for a while after it was placed', async () => {
    fault({}, { kind: 'lag', ms: 1000 });
    const { json } = await bot.place('lagging');
    const path = `/orders/historical/${json.success_response.order_id}`;
    expect((await bot.get(path)).status).toBe(404);
    expect((await bot.get('/orders/historical/batch')).json.orders).toEqual([]);
    expect((await bot.get('/orders/historical/fills')).json.fills).toEqual([]);
    await eventually(
      () => bot.get(path),
      ({ status }) => status === 200,
    );
    expect((await bot.get('/orders/historical/fills')).json.fills).toHaveLength(1);
  });

  it('leaves one order out of the lists, and others in', async () => {
    await bot.place('seen');
    await bot.place('unseen');
    fault({ endpoint: 'listOrders', clientOrderId: 'unseen' }, { kind: 'omit' });
    const { json } = await bot.get('/orders/historical/batch');
    expect(json.orders.map((order) => order.client_order_id)).toEqual(['seen']);
    expect((await bot.order('unseen')).status).toBe('FILLED');
  });

  it('shows the same rows twice', async () => {
    await bot.place('once');
    fault({ clientOrderId: 'once' }, { kind: 'repeat' });
    const { fills } = (await bot.get('/orders/historical/fills')).json;
    expect(fills).toHaveLength(2);
    expect(fills[0]).toEqual(fills[1]);
    expect((await bot.get('/orders/historical/batch')).json.orders).toHaveLength(2);
    expect(bot.simulator.ledger.fills()).toHaveLength(1);
    expect(await bot.order('once')).toMatchObject({ status: 'FILLED' });
  });

  it('shows a wrong status, empty strings and unknown fields', async () => {
    await bot.place('patched');
    fault({ clientOrderId: 'patched' }, { kind: 'patch', fields: { status: 'OPEN', filled_size: '', new_field: [1] } });
    expect(await bot.order('patched')).toMatchObject({ status: 'OPEN', filled_size: '', new_field: [1] });
    expect(bot.simulator.ledger.orderByClientId('patched')?.status).toBe('FILLED');
  });
});

describe('a rule', () => {
  it('skips calls, ends after some, and can be removed', async () => {
    const id = fault(
      { endpoint: 'getTime', skip: 1, times: 2 },
      { kind: 'answer', when: 'before', status: 503, body: 'go/sg/x' },
    );
    const statuses = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await bot.get('/time')).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    expect(bot.simulator.faults.list()).toMatchObject([{ id, hits: 2 }]);
    bot.simulator.faults.remove(id);
    expect(bot.simulator.faults.list()).toEqual([]);
  });

  it('ends after its time', async () => {
    fault({ endpoint: 'getTime', forMs: 400 }, { kind: 'answer', when: 'before', status: 503, body: '' });
    expect((await bot.get('/time')).status).toBe(503);
    await eventually(
      () => bot.get('/time'),
      ({ status }) => status === 200,
    );
  });

  it('with a probability hits the same orders with the same seed', async () => {
    const struck = async (): Promise<string[]> => {
      const ids = Array.from({ length: 20 }, (_each, index) => `chance-${index}`);
      const refused: string[] = [];
      for (const id of ids) if (!(await bot.place(id)).json.success) refused.push(id);
      return refused;
    };
    fault({ probability: 0.5 }, { kind: 'refuse', code: 'COMMANDER_REJECTED_NEW_ORDER' });
    const first = await struck();
    await bot.simulator.close();
    bot = await startWithBot();
    fault({ probability: 0.5 }, { kind: 'refuse', code: 'COMMANDER_REJECTED_NEW_ORDER' });
    expect(await struck()).toEqual(first);
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(17);
  });

  it('is refused when it is malformed, with the field named', () => {
    expect(() => fault({}, { kind: 'reset' } as never)).toThrow('fault.do.when must be one of before, after');
    expect(() => fault({ endpoint: 'x' as never }, { kind: 'omit' })).toThrow('fault.match.endpoint must be one of');
  });
});

describe('the limit of requests', () => {
  it('answers 429 to requests beyond it, and is off by default', async () => {
    bot.simulator.rateLimit.set(2);
    const answers = await Promise.all(Array.from({ length: 5 }, () => bot.get('/accounts')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(3);
    expect(refused[0]?.json).toEqual({ errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] });
    bot.simulator.rateLimit.set(null);
    await bot.place('free', restingBuy());
    expect(bot.simulator.ledger.requestCount('listAccounts')).toBe(5);
    expect(bot.simulator.ledger.busiestSecond()).toBeGreaterThanOrEqual(3);
  });

  it('is measured by the ledger in any second, wherever it begins', () => {
    const { ledger } = bot.simulator;
    const startMs = Date.now() + 60_000;
    // Eight within a second, no more than five of them within one of the clock.
    for (const afterMs of [0, 700, 750, 800, 850, 1_200, 1_400, 1_600, 1_699, 1_700, 3_000])
      ledger.recordRequest('listAccounts', startMs - (startMs % 1_000) + afterMs);
    expect(ledger.busiestSecond()).toBe(8);
  });
});
