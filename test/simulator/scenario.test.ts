import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { parseScenario, type Scenario } from '../../src/simulator/index.ts';
import type { Bot } from './bot.ts';
import { eventually, restingBuy, startWithBot, toAnswer } from './bot.ts';

let bot: Bot;
beforeEach(async () => {
  bot = await startWithBot();
});
afterEach(() => bot.simulator.close());

const SCENARIO: Scenario = {
  plans: [
    { target: { clientOrderIdPrefix: 'half-' }, plan: { steps: [{ do: 'fill', part: '0.5' }, { do: 'cancel' }] } },
    { target: { clientOrderId: 'half-none' }, plan: {} },
  ],
  faults: [{ match: { endpoint: 'getTime', times: 1 }, do: { kind: 'truncate' } }],
  pushFaults: [{ match: { channel: 'user' }, do: { kind: 'duplicate' } }],
  limits: { openCombines: true },
};

describe('a scenario', () => {
  it('sets plans, faults and limits at once', async () => {
    bot.simulator.play(SCENARIO);

    await bot.place('half-1');
    await bot.place('half-none');
    expect(await bot.order('half-1')).toMatchObject({ status: 'CANCELLED' });
    expect(await bot.order('half-none')).toMatchObject({ status: 'OPEN' });
    expect((await bot.get('/time')).json).toBeUndefined();
    expect(bot.simulator.pushFaults.list()).toHaveLength(1);
    expect(bot.simulator.listing).toEqual({ openCombines: true, maxOpenOrders: null });
  });

  it('is taken by the control interface too', async () => {
    const url = `${bot.simulator.url}/simulator/scenario`;
    const post = async (body: unknown) => toAnswer(await fetch(url, { method: 'POST', body: JSON.stringify(body) }));
    expect((await post(SCENARIO)).status).toBe(200);
    await bot.place('half-2');
    await eventually(
      () => bot.order('half-2'),
      ({ status }) => status === 'CANCELLED',
    );
    const { status, json } = await post({ plans: [{ target: { clientOrderId: 'a' } }] });
    expect(status).toBe(400);
    expect(json.error).toBe('scenario.plans[0].plan must be an object');
  });

  it.each([
    [{ plan: [] }, 'scenario.plan is not known; known are plans, faults, pushFaults, limits'],
    [{ plans: {} }, 'scenario.plans must be a list'],
    [{ plans: [{ target: { id: 'a' }, plan: {} }] }, 'scenario.plans[0].target.id is not known'],
    [
      { plans: [{ target: { clientOrderId: 'a' }, plan: { steps: [{ do: 'fill', size: 1 }] } }] },
      'scenario.plans[0].plan.steps[0].size must be a decimal string',
    ],
    [{ faults: [{ match: {}, do: { kind: 'delay' } }] }, 'scenario.faults[0].do.when must be one of before, after'],
    [{ pushFaults: [{ match: {}, do: { kind: 'x' } }] }, 'scenario.pushFaults[0].do.kind must be one of'],
    [{ limits: { maxOpenOrders: 0 } }, 'scenario.limits.maxOpenOrders must be a whole number from 1'],
    [{ limits: { openCombines: 'yes' } }, 'scenario.limits.openCombines must be true or false'],
  ])('that is malformed is refused with the field named: %j', (wrong, message) => {
    expect(() => parseScenario(JSON.stringify(wrong))).toThrow(message);
  });

  it('that is malformed sets nothing, not even its valid parts', () => {
    const wrong = { ...SCENARIO, faults: [...(SCENARIO.faults ?? []), { match: {}, do: { kind: 'hang' } }] };
    expect(() => bot.simulator.play(wrong as Scenario)).toThrow('scenario.faults[1].do.when');
    expect(bot.simulator.exchange.plans.entries()).toEqual([]);
    expect(bot.simulator.faults.list()).toEqual([]);
  });

  it('that is not JSON says so', () => {
    expect(() => parseScenario('{plans: []}')).toThrow('it is not JSON: ');
  });
});

describe('the limits of the list of orders', () => {
  async function list(query: string): Promise<string[]> {
    const { json } = await bot.get(`/orders/historical/batch?${query}`);
    return json.orders.map((order) => order.client_order_id);
  }

  it('end a list of open orders early, without saying so, if a maximum is set', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await bot.place(id, restingBuy());
    await bot.place('filled');
    bot.simulator.listing.maxOpenOrders = 3;

    const { json } = await bot.get('/orders/historical/batch?order_status=OPEN&limit=2');
    expect(json.orders.map((order) => order.client_order_id)).toEqual(['d', 'c']);
    expect(await list(`order_status=OPEN&limit=2&cursor=${json.cursor}`)).toEqual(['b']);
    expect((await bot.get('/orders/historical/batch?order_status=OPEN')).json.has_next).toBe(false);
    expect(await list('')).toHaveLength(5);
  });

  it('refuse OPEN together with other statuses, until that is allowed', async () => {
    await bot.place('open', restingBuy());
    await bot.place('filled');
    const query = 'order_status=OPEN&order_status=FILLED';
    expect((await bot.get(`/orders/historical/batch?${query}`)).status).toBe(400);
    bot.simulator.listing.openCombines = true;
    expect(await list(query)).toEqual(['filled', 'open']);
  });
});
