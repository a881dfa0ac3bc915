import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectUserChannel } from '../../src/coinbase/user-channel/user-channel.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { marketBuy, restingBuy, startWithBot, type Bot } from '../simulator/bot.ts';
import { PushRecorder } from './push-recorder.ts';

let bot: Bot;
const recorders: PushRecorder[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  bot.simulator.faults.clear();
  for (const recorder of recorders.splice(0)) await recorder.stop();
});
afterAll(() => bot.simulator.close());

async function listen(to = bot): Promise<PushRecorder> {
  const recorder = new PushRecorder({
    wsUrl: to.simulator.wsUrl,
    keyName: to.key.name,
    privateKey: to.key.privateKeyPem,
  });
  recorders.push(recorder);
  await recorder.connected();
  return recorder;
}

async function placeWith(clientOrderId: string, plan: OrderPlan): Promise<string> {
  bot.simulator.exchange.setPlan({ clientOrderId }, plan);
  return (await bot.place(clientOrderId, restingBuy())).json.success_response.order_id;
}

describe('the user channel', () => {
  it('reports an order from its placement to its fill', async () => {
    const recorder = await listen();
    const orderId = (await bot.place('filled')).json.success_response.order_id;
    const updates = await recorder.received('filled', 'FILLED');
    expect(updates.map(({ status }) => status)).toEqual(['OPEN', 'FILLED']);
    const truth = bot.simulator.ledger.orderByClientId('filled');
    expect(updates[0]).toMatchObject({ orderId, filledSize: '0', averageFilledPrice: null, numberOfFills: 0 });
    expect(updates[1]).toMatchObject({
      orderId,
      productId: 'BTC-USD',
      side: 'BUY',
      filledSize: truth?.filledSize,
      numberOfFills: truth?.fills.length,
      averageFilledPrice: expect.stringMatching(/^6\d{4}/),
      filledValue: expect.stringMatching(/^9\.9/),
      totalFees: expect.stringMatching(/^0\.0/),
      createdTime: expect.stringMatching(/Z$/),
      reason: null,
      message: { kind: 'update', arrival: 'next', sentAt: expect.stringMatching(/Z$/) },
    });
  });

  it('reports an order whose POST has not been answered yet, by its client order id', async () => {
    const other = await startWithBot();
    let posting: Promise<string> | undefined;
    try {
      const recorder = await listen(other);
      other.simulator.faults.add({ match: { clientOrderId: 'unanswered' }, do: { kind: 'hang', when: 'after' } });
      posting = other.post('/orders', marketBuy('unanswered'), 60_000).then(
        () => 'answered',
        () => 'never answered',
      );
      const [first] = await recorder.received('unanswered', 'FILLED');
      expect(first?.orderId).toBe(other.simulator.ledger.orderByClientId('unanswered')?.orderId);
      await recorders.pop()?.stop();
    } finally {
      await other.simulator.close();
    }
    expect(await posting).toBe('never answered');
  });

  it('reports each of a burst of partial fills, then the end', async () => {
    const recorder = await listen();
    const parts = Array.from({ length: 20 }, () => ({ do: 'fill', size: '0.0004' }) as const);
    await placeWith('burst', { steps: [...parts, { do: 'cancel', message: 'Enough' }] });
    const updates = await recorder.received('burst', 'CANCELLED');
    expect(updates.map(({ filledSize }) => Number(filledSize) * 10_000)).toEqual(
      [...Array.from({ length: 21 }, (_, index) => index * 4), 80].map((size) => expect.closeTo(size)),
    );
    expect(updates.at(-1)).toMatchObject({ filledSize: '0.008', numberOfFills: 20, reason: 'Enough' });
  });

  it.each(['TELEPORTED', 'CANCEL_QUEUED', 'EXPIRED'])('passes the status %s on as it is', async (status) => {
    const recorder = await listen();
    await placeWith(`in-${status}`, { steps: [{ do: 'status', status }] });
    expect((await recorder.received(`in-${status}`, status)).at(-1)).toMatchObject({ filledSize: '0' });
  });

  it('reports the open orders before it says that it is connected, in as many messages as it takes', async () => {
    const other = await startWithBot();
    try {
      const { exchange } = other.simulator;
      const configuration = restingBuy('1', '1')['order_configuration'] as Record<string, unknown>;
      const ids = Array.from({ length: 100 }, (_, index) => `open-${index}`);
      for (const clientOrderId of ids)
        exchange.place({ clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration });
      const recorder = await listen(other);
      const kinds = new Set(recorder.orders.map(({ message }) => message.kind));
      expect(recorder.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(ids);
      expect([...kinds]).toEqual(['snapshot']);
      expect(recorder.log.at(-1)).toBe('connected');
      await recorders.pop()?.stop();
    } finally {
      await other.simulator.close();
    }
  });

  it('says whether it is connected, since when, and when the last message came', async () => {
    const settings = { wsUrl: bot.simulator.wsUrl, keyName: bot.key.name, privateKey: bot.key.privateKeyPem };
    expect(connectUserChannel(settings).health).toMatchObject({ connected: false, lastMessageAt: null, loss: null });
    const recorder = await listen();
    const { since, lastMessageAt, ...rest } = recorder.push.health;
    expect(rest).toEqual({ connected: true, loss: null });
    await recorder.until('a heartbeat', () => (recorder.push.health.lastMessageAt ?? '') > (lastMessageAt ?? ''));
    expect(recorder.push.health.since).toBe(since);
    await recorder.stop();
    expect(recorder.push.health).toMatchObject({ connected: false, loss: null });
  });
});

describe('stopping to listen', () => {
  it('closes the connection', async () => {
    const recorder = await listen();
    expect(bot.simulator.userChannel.subscriberCount).toBe(1);
    await recorder.stop();
    await recorder.until('no connection', () => bot.simulator.userChannel.connectionCount === 0);
    expect(recorder.losses).toEqual([]);
  });

  it('makes it possible to listen again, but not before', async () => {
    const recorder = await listen();
    await expect(recorder.push.listen(recorder, new AbortController().signal)).rejects.toThrow(
      'is listened to already',
    );
    await recorder.stop();
    const stop = new AbortController();
    const again = recorder.push.listen(recorder, stop.signal);
    await recorder.connected(2);
    stop.abort();
    await again;
  });

  it('connects to nothing when the signal has aborted before', async () => {
    const recorder = new PushRecorder({
      wsUrl: 'ws://127.0.0.1:1',
      keyName: bot.key.name,
      privateKey: bot.key.privateKeyPem,
    });
    await recorder.stop();
    await recorder.push.listen(recorder, AbortSignal.abort());
    expect(recorder.log).toEqual([]);
  });

  it('happens by itself when the handler throws, with that error', async () => {
    const settings = { wsUrl: bot.simulator.wsUrl, keyName: bot.key.name, privateKey: bot.key.privateKeyPem };
    const push = connectUserChannel(settings);
    const clumsy = {
      onOrders: () => undefined,
      onDisconnected: () => undefined,
      onConnected: () => {
        throw new Error('clumsy');
      },
    };
    await expect(push.listen(clumsy, new AbortController().signal)).rejects.toThrow('clumsy');
    expect(push.health.connected).toBe(false);
    await expect(push.listen(clumsy, AbortSignal.abort())).resolves.toBeUndefined();
  });
});

describe('the guard', () => {
  const key = () => ({ keyName: bot.key.name, privateKey: bot.key.privateKeyPem });

  it('allows no connection beyond this machine without ORDER_SYNC_LIVE=yes', () => {
    const wsUrl = 'wss://advanced-trade-ws-user.coinbase.com';
    expect(() => connectUserChannel({ ...key(), wsUrl })).toThrow('ORDER_SYNC_LIVE=yes');
    expect(() => connectUserChannel({ ...key(), wsUrl: 'ws://exchange.example', live: true })).toThrow('needs wss://');
    expect(() => connectUserChannel({ ...key(), wsUrl, live: true })).not.toThrow();
  });

  it('refuses a key that cannot be read, and does not show it', () => {
    const privateKey = 'not-a-key-but-secret';
    const connecting = () => connectUserChannel({ wsUrl: bot.simulator.wsUrl, keyName: 'name', privateKey });
    expect(connecting).toThrow('not a readable private key');
    expect(connecting).not.toThrow(privateKey);
  });
});
