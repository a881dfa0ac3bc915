import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connectUserChannel } from '../../src/coinbase/user-channel/user-channel.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { marketBuy, restingBuy, startWithBot, type Bot } from '../simulator/bot.ts';
import { Ear } from './ear.ts';

let bot: Bot;
const ears: Ear[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  bot.simulator.faults.clear();
  for (const ear of ears.splice(0)) await ear.stop();
});
afterAll(() => bot.simulator.close());

async function listen(to = bot): Promise<Ear> {
  const ear = new Ear({ wsUrl: to.simulator.wsUrl, keyName: to.key.name, privateKey: to.key.privateKeyPem });
  ears.push(ear);
  await ear.connected();
  return ear;
}

async function placeWith(clientOrderId: string, plan: OrderPlan): Promise<string> {
  bot.simulator.exchange.setPlan({ clientOrderId }, plan);
  return (await bot.place(clientOrderId, restingBuy())).json.success_response.order_id;
}

describe('the user channel', () => {
  it('tells an order from its placement to its fill', async () => {
    const ear = await listen();
    const orderId = (await bot.place('filled')).json.success_response.order_id;
    const told = await ear.heard('filled', 'FILLED');
    expect(told.map(({ status }) => status)).toEqual(['OPEN', 'FILLED']);
    const truth = bot.simulator.ledger.orderByClientId('filled');
    expect(told[0]).toMatchObject({ orderId, filledSize: '0', averageFilledPrice: null, numberOfFills: 0 });
    expect(told[1]).toMatchObject({
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

  it('tells of an order whose POST has not been answered yet, by its client order id', async () => {
    const other = await startWithBot();
    let posting: Promise<string> | undefined;
    try {
      const ear = await listen(other);
      other.simulator.faults.add({ match: { clientOrderId: 'unanswered' }, do: { kind: 'hang', when: 'after' } });
      posting = other.post('/orders', marketBuy('unanswered'), 60_000).then(
        () => 'answered',
        () => 'never answered',
      );
      const [first] = await ear.heard('unanswered', 'FILLED');
      expect(first?.orderId).toBe(other.simulator.ledger.orderByClientId('unanswered')?.orderId);
      await ears.pop()?.stop();
    } finally {
      await other.simulator.close();
    }
    expect(await posting).toBe('never answered');
  });

  it('tells each of a burst of partial fills, then the end', async () => {
    const ear = await listen();
    const parts = Array.from({ length: 20 }, () => ({ do: 'fill', size: '0.0004' }) as const);
    await placeWith('burst', { steps: [...parts, { do: 'cancel', message: 'Enough' }] });
    const told = await ear.heard('burst', 'CANCELLED');
    expect(told.map(({ filledSize }) => Number(filledSize) * 10_000)).toEqual(
      [...Array.from({ length: 21 }, (_, index) => index * 4), 80].map((size) => expect.closeTo(size)),
    );
    expect(told.at(-1)).toMatchObject({ filledSize: '0.008', numberOfFills: 20, reason: 'Enough' });
  });

  it.each(['TELEPORTED', 'CANCEL_QUEUED', 'EXPIRED'])('carries the status %s through as it is', async (status) => {
    const ear = await listen();
    await placeWith(`in-${status}`, { steps: [{ do: 'status', status }] });
    expect((await ear.heard(`in-${status}`, status)).at(-1)).toMatchObject({ filledSize: '0' });
  });

  it('tells the open orders before it says that it is connected, in as many messages as it takes', async () => {
    const other = await startWithBot();
    try {
      const { exchange } = other.simulator;
      const configuration = restingBuy('1', '1')['order_configuration'] as Record<string, unknown>;
      const ids = Array.from({ length: 100 }, (_, index) => `open-${index}`);
      for (const clientOrderId of ids)
        exchange.place({ clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration });
      const ear = await listen(other);
      const kinds = new Set(ear.orders.map(({ message }) => message.kind));
      expect(ear.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(ids);
      expect([...kinds]).toEqual(['snapshot']);
      expect(ear.story.at(-1)).toBe('connected');
      await ears.pop()?.stop();
    } finally {
      await other.simulator.close();
    }
  });

  it('says how it is: since when, and when something was heard last', async () => {
    const settings = { wsUrl: bot.simulator.wsUrl, keyName: bot.key.name, privateKey: bot.key.privateKeyPem };
    expect(connectUserChannel(settings).health).toMatchObject({ connected: false, lastMessageAt: null, loss: null });
    const ear = await listen();
    const { since, lastMessageAt, ...rest } = ear.push.health;
    expect(rest).toEqual({ connected: true, loss: null });
    await ear.until('a heartbeat', () => (ear.push.health.lastMessageAt ?? '') > (lastMessageAt ?? ''));
    expect(ear.push.health.since).toBe(since);
    await ear.stop();
    expect(ear.push.health).toMatchObject({ connected: false, loss: null });
  });
});

describe('stopping to listen', () => {
  it('closes the connection', async () => {
    const ear = await listen();
    expect(bot.simulator.userChannel.subscriberCount).toBe(1);
    await ear.stop();
    await ear.until('no connection', () => bot.simulator.userChannel.connectionCount === 0);
    expect(ear.losses).toEqual([]);
  });

  it('makes it possible to listen again, which it is not before', async () => {
    const ear = await listen();
    await expect(ear.push.listen(ear, new AbortController().signal)).rejects.toThrow('is listened to already');
    await ear.stop();
    const stop = new AbortController();
    const again = ear.push.listen(ear, stop.signal);
    await ear.connected(2);
    stop.abort();
    await again;
  });

  it('connects to nothing when the signal has aborted before', async () => {
    const ear = new Ear({ wsUrl: 'ws://127.0.0.1:1', keyName: bot.key.name, privateKey: bot.key.privateKeyPem });
    await ear.stop();
    await ear.push.listen(ear, AbortSignal.abort());
    expect(ear.story).toEqual([]);
  });

  it('comes by itself when the handler throws, with what it threw', async () => {
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

  it('lets no connection beyond this machine be made without ORDER_SYNC_LIVE=yes', () => {
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
