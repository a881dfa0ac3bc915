import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Brake, OrderSyncClient, type Halt } from '../../src/client/index.ts';
import { commandLine } from '../cli/command-line.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { call } from './caller.ts';

const BY_ANN = { requestedBy: 'ann', reason: 'the price feed is broken' };

let test: TestEngine;
let orders: OrderSyncClient;
let brake: Brake;
let url: string;

beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  url = test.engine.http?.url ?? '';
  brake = new Brake({ url });
});
afterAll(() => test?.stop());

/** An order that rests until the test ends it: its cancel is taken, and has no effect by itself. */
async function restingOrder(botId: string): Promise<string> {
  const request = limitOrder({ botId, policy: QUICK });
  test.simulator.exchange.setPlan(request, { onCancel: { steps: [] } });
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

async function haltOf(botId: string): Promise<Halt | undefined> {
  return (await brake.halts()).find((halt) => halt.botId === botId);
}

function untilFlat(botId: string): Promise<unknown> {
  return eventually(async () => (await haltOf(botId))?.flat, { withinMs: 20_000, what: `${botId} to be flat` });
}

describe('a halt with cancel_open', () => {
  it('cancels every open order of the bot, and is flat only when the last is confirmed ended', async () => {
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push(await restingOrder('three'));
    const other = await restingOrder('other');

    const [halt] = await brake.halt({ ...BY_ANN, botId: 'three', cancelOpen: true });

    expect(halt).toMatchObject({ ...BY_ANN, botId: 'three', cancelOpen: true, flat: false });
    expect(halt?.open.map(({ clientOrderId }) => clientOrderId)).toEqual(ids);
    await eventually(async () => (await haltOf('three'))?.open.every(({ cancelRequested }) => cancelRequested), {
      withinMs: 20_000,
      what: 'the cancels',
    });
    for (const id of ids.slice(0, 2)) {
      test.simulator.exchange.act(id, { do: 'cancel' });
      await orders.waitForRelease(id, { timeoutMs: 60_000 });
    }
    expect(await haltOf('three')).toMatchObject({ flat: false, open: [{ clientOrderId: ids[2] }] });
    test.simulator.exchange.act(ids[2] ?? '', { do: 'fill' });
    await untilFlat('three');

    expect(await haltOf('three')).toMatchObject({ flat: true, open: [] });
    expect(await orders.state(other)).toMatchObject({ status: 'pending' });
    const wanted = (await test.trades.events(ids[0] ?? '')).find(({ cause }) => cause === 'cancel_requested');
    expect(wanted).toMatchObject({ requestedBy: 'ann', reason: 'halted: the price feed is broken' });
  });
});

describe('a placement while its bot is halted', () => {
  it('is answered 409 placement-halted, until it is resumed', async () => {
    const { clientOrderId, productId, side, orderConfiguration } = marketOrder();
    const body = {
      client_order_id: clientOrderId,
      bot_id: 'posted',
      product_id: productId,
      side,
      order_configuration: orderConfiguration,
    };
    await brake.halt({ ...BY_ANN, botId: 'posted' });

    const refused = await call(`${url}/api/v1/orders`, { body });

    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ type: 'urn:order-sync:problem:placement-halted' });
    expect(refused.body['detail']).toContain('by ann: the price feed is broken');
    await brake.resume({ requestedBy: 'bob', reason: 'mended', botId: 'posted' });
    expect((await call(`${url}/api/v1/orders`, { body })).status).toBe(202);
  });

  it('needs the name of whoever asks', async () => {
    const { status, body } = await call(`${url}/api/v1/halt`, { body: { reason: ' ' } });
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ field: 'requested_by' }, { field: 'reason' }]);
  });
});

describe('the command', () => {
  it('halts, waits until all is cancelled, and resumes', async () => {
    const line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
    const id = await restingOrder('by hand');
    const halted = line('halt', '--bot', 'by hand', '--cancel-open', '--reason', 'it buys too much');
    await eventually(async () => (await haltOf('by hand'))?.open[0]?.cancelRequested, {
      withinMs: 20_000,
      what: 'the cancel',
    });
    test.simulator.exchange.act(id, { do: 'cancel' });

    const printed = await deadline(halted, 60_000, 'the end of the command');

    expect(printed).toMatchObject({ status: 0 });
    expect(printed.out).toMatch(/Bot by hand is halted since .* by carol: it buys too much\nflat: every order/);
    const resumed = await line('resume', '--bot', 'by hand', '--reason', 'mended', '--json');
    expect(JSON.parse(resumed.out)).toMatchObject({ items: expect.not.arrayContaining([{ botId: 'by hand' }]) });
    expect(await haltOf('by hand')).toBeUndefined();
    expect(await line('halt')).toMatchObject({ status: 2, err: expect.stringContaining('--reason') });
  });
});
