import { request } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { OrderPlan } from '../../src/simulator/index.ts';
import type { Bot } from './bot.ts';
import { botOf, eventually, marketBuy, restingBuy, sign, startWithBot } from './bot.ts';
import type { Listener } from './listener.ts';
import { allGone, isAbout, isAck, isError, isHeartbeat, isUpdate, isUser, listen } from './listener.ts';

let bot: Bot;
const listeners: Listener[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  for (const { socket } of listeners.splice(0)) socket.close();
  await allGone(bot.simulator);
});
afterAll(() => bot.simulator.close());

async function connect(): Promise<Listener> {
  const listener = await listen(bot);
  listeners.push(listener);
  return listener;
}

async function connectUser(more?: Record<string, unknown>): Promise<Listener> {
  const listener = await connect();
  await listener.subscribed('user', more);
  return listener;
}

async function placeWith(clientOrderId: string, plan: OrderPlan, order = restingBuy()): Promise<string> {
  bot.simulator.exchange.setPlan({ clientOrderId }, plan);
  return (await bot.place(clientOrderId, order)).json.success_response.order_id;
}

describe('subscribing', () => {
  it('is answered with the snapshot, then with all subscriptions, numbered from 0', async () => {
    const listener = await connect();
    await listener.subscribed('user');
    await listener.subscribed('heartbeats');
    const [snapshot, ack, ackOfBoth] = listener.messages;
    expect(snapshot).toEqual({
      channel: 'user',
      client_id: '',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      sequence_num: 0,
      events: [
        {
          type: 'snapshot',
          orders: [],
          positions: {
            perpetual_futures_positions: [],
            expiring_futures_positions: [],
            prediction_market_positions: [],
          },
        },
      ],
    });
    expect(ack).toMatchObject({ channel: 'subscriptions', sequence_num: 1 });
    expect(ack?.events).toEqual([{ subscriptions: { user: [expect.stringMatching(/^[0-9a-f-]{36}$/)] } }]);
    expect(ackOfBoth).toMatchObject({
      sequence_num: 2,
      events: [{ subscriptions: { user: [expect.any(String)], heartbeats: ['heartbeats'] } }],
    });
  });

  const now = Math.floor(Date.now() / 1000);
  it.each([
    ['that has expired', { nbf: now - 200, exp: now - 80 }],
    ['for a REST call', { uri: 'GET api.coinbase.com/api/v3/brokerage/accounts' }],
    ['of another subject', { sub: 'someone' }],
  ])('with a token %s is an error, and the connection stays open', async (_what, claims) => {
    const listener = await connect();
    await listener.subscribe('user', { jwt: await sign(bot.key, claims) });
    const [error] = await listener.received(1, isError);
    expect(error).toEqual({ type: 'error', message: 'authentication failure' });
    await listener.subscribed('user');
    // The error took no number.
    expect(listener.messages.map((message) => message.sequence_num)).toEqual([undefined, 0, 1]);
  });

  it.each([
    ['no token', { type: 'subscribe', channel: 'heartbeats' }],
    ['a channel that is not offered', { type: 'subscribe', channel: 'ticker', jwt: 'x' }],
    ['products that are none', { type: 'subscribe', channel: 'user', jwt: 'x', product_ids: 'BTC-USD' }],
    ['a type that nobody knows', { type: 'subscription', channel: 'user', jwt: 'x' }],
    ['no request at all', null],
  ])('with %s is an error', async (_what, nonsense) => {
    const listener = await connect();
    listener.send(nonsense);
    expect(await listener.received(1, isError)).toHaveLength(1);
    expect(bot.simulator.userChannel.connectionCount).toBe(1);
  });

  it('needs a valid token only at that moment', async () => {
    const listener = await connect();
    const now = Math.floor(Date.now() / 1000);
    // Two of the five seconds that clocks may differ are left of it.
    const jwt = await sign(bot.key, { nbf: now - 100, exp: now - 3 });
    await listener.subscribed('user', { jwt });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await listener.subscribe('heartbeats', { jwt });
    await listener.received(1, isError);
    await bot.place('after-expiry');
    expect(await listener.received(2, isAbout('after-expiry'))).toHaveLength(2);
    expect(listener.messages.filter(isAck)).toHaveLength(1);
  });

  it('twice changes nothing', async () => {
    const listener = await connectUser({ product_ids: ['ETH-USD'] });
    await listener.subscribed('user', { product_ids: ['BTC-USD'] });
    await listener.received(2, isAck);
    await bot.place('not-of-eth');
    await bot.place('of-eth', { product_id: 'ETH-USD' });
    await listener.received(2, isAbout('of-eth'));
    expect(listener.statuses('not-of-eth')).toEqual([]);
    expect(listener.messages.filter(isUser).map(({ events }) => events[0]?.type)).toEqual([
      'snapshot',
      'update',
      'update',
    ]);
  });

  it('for products reports only these, by either name', async () => {
    const ofAlias = await connectUser({ product_ids: ['BTC-USDC'] });
    await bot.place('usd');
    await bot.place('usdc', { product_id: 'BTC-USDC' });
    await ofAlias.received(1, isAbout('usdc'));
    expect(ofAlias.statuses('usd')).toEqual([]);
  });

  it('can be undone', async () => {
    const listener = await connectUser();
    listener.send({ type: 'unsubscribe', channel: 'user', jwt: await sign(bot.key, {}) });
    const [, ack] = await listener.received(2, isAck);
    expect(ack?.events).toEqual([{ subscriptions: {} }]);
    await bot.place('unheard');
    await listener.subscribed('user');
    await listener.received(2, isUser);
    expect(listener.messages.filter(isUpdate)).toEqual([]);
  });

  it('too late finds its connection closed', async () => {
    const other = await startWithBot({ subscribeWithinMs: 1000 });
    try {
      const late = await listen(other);
      const inTime = await listen(other);
      await inTime.subscribed('heartbeats');
      expect(await late.closed).toBe(1005);
      await inTime.received(1, isHeartbeat);
    } finally {
      await other.simulator.close();
    }
  });

  it('needs the right path', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'x',
      };
      request(`${bot.simulator.url}/elsewhere`, { headers }, (response) => resolve(response.resume().statusCode))
        .once('error', reject)
        .end();
    });
    expect(status).toBe(404);
  });
});

describe('heartbeats', () => {
  it('come every second, with a counter', async () => {
    const listener = await connect();
    await listener.subscribed('heartbeats');
    const startedAt = Date.now();
    const [first, second, third] = await listener.received(3, isHeartbeat);
    expect(Date.now() - startedAt).toBeGreaterThan(1900);
    const counter = first?.events[0]?.heartbeat_counter ?? NaN;
    expect(second?.events).toEqual([
      {
        current_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000 UTC/),
        heartbeat_counter: counter + 1,
      },
    ]);
    expect(third?.events[0]?.heartbeat_counter).toBe(counter + 2);
    expect(listener.messages.map(({ sequence_num: sequence }) => sequence)).toEqual([0, 1, 2, 3]);
  });

  it('keep a quiet connection open that would be closed without them', async () => {
    const other = await startWithBot({ quietCloseMs: 1200 });
    try {
      const quiet = await listen(other);
      const kept = await listen(other);
      await quiet.subscribed('user');
      await kept.subscribed('user');
      await kept.subscribed('heartbeats');
      expect(await quiet.closed).toBe(1005);
      await kept.received(2, isHeartbeat);
      expect(kept.socket.readyState).toBe(WebSocket.OPEN);
    } finally {
      await other.simulator.close();
    }
  });
});

describe('the snapshot', () => {
  it('has all open orders, in batches of 50 of which the last is not full', async () => {
    const other = await startWithBot();
    try {
      const { exchange } = other.simulator;
      const place = (clientOrderId: string): void => {
        const { order_configuration: configuration } = restingBuy('1', '1');
        const terms = configuration as Record<string, unknown>;
        exchange.place({ clientOrderId, productId: 'BTC-USD', side: 'BUY', configuration: terms });
      };
      exchange.setPlan({ clientOrderId: 'pending' }, { initialStatus: 'PENDING' });
      exchange.setPlan({ clientOrderId: 'ended' }, { steps: [{ do: 'cancel' }] });
      exchange.setPlan({ clientOrderId: 'purged' }, { steps: [{ do: 'purge' }] });
      for (const id of ['pending', 'ended', 'purged']) place(id);
      const batchesAt = async (count: number): Promise<unknown[]> => {
        for (let index = other.simulator.ledger.orders().length - 3; index < count; index += 1) place(`open-${index}`);
        const listener = await listen(other);
        await listener.subscribed('user');
        listener.socket.close();
        return listener.messages.filter(isUser).map(({ events: [event] }) => [event?.type, event?.orders.length]);
      };
      expect(await batchesAt(3)).toEqual([['snapshot', 3]]);
      expect(await batchesAt(50)).toEqual([
        ['snapshot', 50],
        ['patch', 0],
      ]);
      expect(await batchesAt(109)).toEqual([
        ['snapshot', 50],
        ['patch', 50],
        ['patch', 9],
      ]);
    } finally {
      await other.simulator.close();
    }
  });
});

describe('an update', () => {
  it("shows an order in the channel's format", async () => {
    const listener = await connectUser();
    const orderId = await placeWith('told', { steps: [{ do: 'fill', part: '0.4' }] });
    const [placed, filled] = await listener.received(2, isAbout('told'));
    const [order] = filled?.events[0]?.orders ?? [];
    expect(filled?.events[0]).toMatchObject({ type: 'update', positions: { perpetual_futures_positions: [] } });
    expect(order).toEqual({
      avg_price: '60000',
      cancel_reason: '',
      client_order_id: 'told',
      completion_percentage: '40.00',
      contract_expiry_type: 'UNKNOWN_CONTRACT_EXPIRY_TYPE',
      cumulative_quantity: '0.004',
      filled_value: '240',
      leaves_quantity: '0.006',
      limit_price: '60000',
      number_of_fills: '1',
      order_id: orderId,
      order_side: 'BUY',
      order_type: 'Limit',
      outstanding_hold_amount: '362.16',
      post_only: 'false',
      product_id: 'BTC-USD',
      product_type: 'SPOT',
      reject_Reason: '',
      retail_portfolio_id: expect.any(String),
      risk_managed_by: 'UNKNOWN_RISK_MANAGEMENT_TYPE',
      status: 'OPEN',
      stop_price: '',
      time_in_force: 'GOOD_UNTIL_CANCELLED',
      total_fees: '1.44',
      total_value_after_fees: '241.44',
      trigger_status: 'INVALID_ORDER_TYPE',
      creation_time: (await bot.order('told')).created_time,
      end_time: '0001-01-01T00:00:00Z',
      start_time: '0001-01-01T00:00:00Z',
    });
    expect(placed?.events[0]?.orders[0]).toMatchObject({
      cumulative_quantity: '0',
      avg_price: '0',
      completion_percentage: '0',
      leaves_quantity: '0.01',
    });
  });

  it('shows what is left in the currency of the order, and nothing left of an ended one', async () => {
    const listener = await connectUser();
    const steps = [{ do: 'fill', part: '0.5' }, { do: 'cancel' }] as const;
    await placeWith('in-quote', { steps }, marketBuy('in-quote'));
    const updates = await listener.received(3, isAbout('in-quote'));
    const orders = updates.map(({ events: [event] }) => event?.orders[0]);
    expect(orders.map((order) => order?.['leaves_quantity'])).toEqual(['10', expect.stringMatching(/^5\.0/), '0']);
    expect(orders[2]).toMatchObject({ status: 'CANCELLED', number_of_fills: '1', outstanding_hold_amount: '0' });
  });

  it('comes before the answer to the POST that caused it', async () => {
    const listener = await connectUser();
    bot.simulator.faults.add({ match: { endpoint: 'createOrder', times: 1 }, do: { kind: 'hang', when: 'after' } });
    const gaveUp = bot.post('/orders', marketBuy('early'), 1000).catch(() => 'gave up');
    await listener.received(2, isAbout('early'));
    expect(listener.statuses('early')).toEqual(['OPEN', 'FILLED']);
    expect(await gaveUp).toBe('gave up');
  });

  it('goes to every connection, each with its own numbering', async () => {
    const first = await connectUser();
    await bot.place('only-first');
    await first.received(2, isAbout('only-first'));
    const second = await connectUser();
    const untilNow = second.messages.length;
    await bot.place('both');
    const [ofFirst] = await first.received(2, isAbout('both'));
    const [ofSecond] = await second.received(2, isAbout('both'));
    expect([ofFirst?.sequence_num, ofSecond?.sequence_num]).toEqual([4, untilNow]);
  });

  it('is not sent for an order that the exchange has forgotten', async () => {
    const listener = await connectUser();
    await placeWith('forgotten', { steps: [{ do: 'purge' }, { do: 'cancel' }] });
    await bot.place('remembered');
    await listener.received(2, isAbout('remembered'));
    expect(listener.statuses('forgotten')).toEqual(['OPEN']);
  });
});

describe('closing the exchange', () => {
  it('disconnects its clients', async () => {
    const other = await startWithBot();
    const listener = await listen(other);
    await listener.subscribed('user');
    await eventually(
      () => other.simulator.userChannel.subscriberCount,
      (count) => count === 1,
    );
    await other.simulator.close();
    expect(await listener.closed).toBe(1006);
    await expect(listen(botOf(other.simulator, other.key))).rejects.toThrow('refused');
  });
});
