import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import type { PushFaultAction, PushFaultMatch, PushFaultRule } from '../../src/simulator/index.ts';
import type { Bot } from './bot.ts';
import { eventually, restingBuy, sign, startWithBot, toAnswer } from './bot.ts';
import type { Listener } from './listener.ts';
import { allGone, isAbout, isAck, isError, isHeartbeat, isUpdate, isUser, listen } from './listener.ts';

let bot: Bot;
const listeners: Listener[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  bot.simulator.pushFaults.clear();
  for (const { socket } of listeners.splice(0)) socket.close();
  await allGone(bot.simulator);
});
afterAll(() => bot.simulator.close());

async function connect(): Promise<Listener> {
  const listener = await listen(bot);
  listeners.push(listener);
  return listener;
}

async function connectUser(): Promise<Listener> {
  const listener = await connect();
  await listener.subscribed('user');
  return listener;
}

function fault(match: PushFaultMatch, action: PushFaultAction): string {
  return bot.simulator.pushFaults.add({ match, do: action });
}

/** A market order is told twice, OPEN and FILLED; this one comes after whatever a fault did to others. */
async function placeLast(listener: Listener, clientOrderId: string): Promise<void> {
  await bot.place(clientOrderId);
  await listener.received(2, isAbout(clientOrderId));
}

function sequenceOf(listener: Listener): number[] {
  return listener.messages.map(({ sequence_num: sequence }) => sequence);
}

describe('a message', () => {
  it('that is dropped leaves a gap', async () => {
    const listener = await connectUser();
    fault({ clientOrderId: 'dropped', status: 'FILLED' }, { kind: 'drop' });
    await bot.place('dropped');
    await placeLast(listener, 'after-drop');
    expect(listener.statuses('dropped')).toEqual(['OPEN']);
    expect(sequenceOf(listener)).toEqual([0, 1, 2, 4, 5]);
    expect(bot.simulator.ledger.orderByClientId('dropped')?.status).toBe('FILLED');
  });

  it('that is duplicated has the same number twice', async () => {
    const listener = await connectUser();
    fault({ clientOrderId: 'twice', status: 'OPEN' }, { kind: 'duplicate' });
    await bot.place('twice');
    await placeLast(listener, 'after-twice');
    expect(listener.statuses('twice')).toEqual(['OPEN', 'OPEN', 'FILLED']);
    expect(sequenceOf(listener)).toEqual([0, 1, 2, 2, 3, 4, 5]);
  });

  it('that is swapped comes after the next one', async () => {
    const listener = await connectUser();
    fault({ clientOrderId: 'swapped', status: 'OPEN' }, { kind: 'swap' });
    await bot.place('swapped');
    await placeLast(listener, 'after-swap');
    expect(listener.statuses('swapped')).toEqual(['FILLED', 'OPEN']);
    expect(sequenceOf(listener)).toEqual([0, 1, 3, 2, 4, 5]);
  });

  it('that is delayed gets its number when it is sent, and is out of date by then', async () => {
    const listener = await connectUser();
    fault({ clientOrderId: 'late', status: 'OPEN' }, { kind: 'delay', ms: 200 });
    await bot.place('late');
    await listener.received(2, isAbout('late'));
    expect(listener.statuses('late')).toEqual(['FILLED', 'OPEN']);
    expect(sequenceOf(listener)).toEqual([0, 1, 2, 3]);
  });

  it('that is truncated is not valid JSON, and has used up its number', async () => {
    const other = await startWithBot();
    try {
      other.simulator.pushFaults.add({
        match: { clientOrderId: 'cut-off', status: 'OPEN' },
        do: { kind: 'truncate' },
      });
      const socket = new WebSocket(other.simulator.wsUrl);
      const texts: string[] = [];
      socket.addEventListener('message', ({ data }) => texts.push(String(data)));
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.send(JSON.stringify({ type: 'subscribe', channel: 'user', jwt: await sign(other.key, {}) }));
      await eventually(
        () => texts.length,
        (count) => count === 2,
      );
      await other.place('cut-off');
      const [, , half = '', whole = ''] = await eventually(
        () => texts,
        ({ length }) => length === 4,
      );
      expect(() => JSON.parse(half) as unknown).toThrow(SyntaxError);
      expect(JSON.parse(whole)).toMatchObject({ sequence_num: 3, events: [{ orders: [{ status: 'FILLED' }] }] });
    } finally {
      await other.simulator.close();
    }
  });

  it('can be a batch of the snapshot', async () => {
    await bot.place('in-snapshot', restingBuy());
    fault({ event: 'snapshot', clientOrderId: 'in-snapshot', times: 1 }, { kind: 'drop' });
    const listener = await connectUser();
    expect(listener.messages.filter(isUser)).toEqual([]);
    expect(sequenceOf(listener)).toEqual([1]);
    const next = await connectUser();
    expect(next.messages.filter(isUser)).toHaveLength(1);
  });
});

describe('a connection', () => {
  it('is cut, or closed with a code, in place of a message', async () => {
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close' });
    const cut = await connectUser();
    await bot.place('cut');
    expect(await cut.closed).toBe(1006);
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close', code: 1001 });
    const closed = await connectUser();
    await bot.place('closed');
    expect(await closed.closed).toBe(1001);
    expect([...cut.messages, ...closed.messages].filter(isUpdate)).toEqual([]);
  });

  it('goes silent without closing, including heartbeats, and a new one does not', async () => {
    const silent = await connectUser();
    await silent.subscribed('heartbeats');
    fault({ clientOrderId: 'hushed', times: 1 }, { kind: 'silence' });
    await bot.place('hushed');
    const countWhenHushed = silent.messages.length;
    const next = await connectUser();
    await next.subscribed('heartbeats');
    await next.received(2, isHeartbeat);
    await placeLast(next, 'heard-again');
    expect(silent.messages.slice(countWhenHushed)).toEqual([]);
    expect(silent.statuses('hushed')).toEqual([]);
    expect(silent.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('gets an error before a message, and stays open', async () => {
    const listener = await connectUser();
    fault({ channel: 'user', times: 1 }, { kind: 'error', message: 'rate limit exceeded' });
    await placeLast(listener, 'after-error');
    expect(listener.messages.at(2)).toEqual({ type: 'error', message: 'rate limit exceeded' });
    expect(listener.statuses('after-error')).toEqual(['OPEN', 'FILLED']);
  });

  it('is refused for a while', async () => {
    const before = await connectUser();
    fault({ forMs: 1000 }, { kind: 'refuse', at: 'connect' });
    await expect(connect()).rejects.toThrow('refused');
    await placeLast(before, 'still-told');
    await eventually(
      () => connectUser().catch(() => null),
      (listener) => listener !== null,
    );
    expect(bot.simulator.pushFaults.list()[0]?.hits).toBeGreaterThan(0);
  });

  it('is refused a subscription with a valid token, and stays open', async () => {
    fault({ channel: 'user', times: 1 }, { kind: 'refuse', at: 'subscribe' });
    const listener = await connect();
    await listener.subscribed('heartbeats');
    await listener.subscribe('user');
    await listener.received(1, isError);
    await listener.subscribed('user');
    expect(listener.messages.filter(isAck)).toHaveLength(2);
  });
});

describe('an order', () => {
  it('is never reported, without a gap', async () => {
    fault({ clientOrderIdPrefix: 'missed-' }, { kind: 'miss' });
    const listener = await connectUser();
    await bot.place('missed-filled');
    await bot.place('missed-open', restingBuy());
    await placeLast(listener, 'not-missed');
    expect(sequenceOf(listener)).toEqual([0, 1, 2, 3]);
    expect(bot.simulator.ledger.orderByClientId('missed-filled')?.status).toBe('FILLED');
    const shown = (await connectUser()).messages.filter(isUser).flatMap(({ events: [event] }) => event?.orders ?? []);
    expect(shown.map((order) => order.client_order_id)).not.toContain('missed-open');
  });

  it('is left out of updates alone', async () => {
    fault({ event: 'update', clientOrderId: 'told-by-snapshot' }, { kind: 'miss' });
    await bot.place('told-by-snapshot', restingBuy());
    const [snapshot] = (await connectUser()).messages;
    expect(snapshot?.events[0]?.orders.map((order) => order.client_order_id)).toContain('told-by-snapshot');
  });

  it('is OPEN with all of it filled before it is FILLED', async () => {
    fault({ clientOrderId: 'open-first' }, { kind: 'open-first' });
    const listener = await connectUser();
    await bot.place('open-first');
    const messages = await listener.received(3, isAbout('open-first'));
    expect(messages.map(({ events: [event] }) => event?.orders[0])).toMatchObject([
      { status: 'OPEN', completion_percentage: '0' },
      { status: 'OPEN', completion_percentage: '100.00', leaves_quantity: '0' },
      { status: 'FILLED', completion_percentage: '100.00', leaves_quantity: '0' },
    ]);
  });

  it('is FILLED twice, first with its hold and then without', async () => {
    fault({ clientOrderId: 'filled-twice' }, { kind: 'filled-twice' });
    const listener = await connectUser();
    await bot.place('filled-twice');
    const messages = await listener.received(3, isAbout('filled-twice'));
    const holds = messages.map(({ events: [event] }) => event?.orders[0]?.['outstanding_hold_amount']);
    expect(listener.statuses('filled-twice')).toEqual(['OPEN', 'FILLED', 'FILLED']);
    expect(holds[1]).toMatch(/^9\.9/);
    expect(holds[2]).toBe('0');
  });
});

describe('a rule with a probability', () => {
  async function missed(seed: number): Promise<string[]> {
    const other = await startWithBot({ seed });
    try {
      other.simulator.pushFaults.add({ match: { probability: 0.5, status: 'FILLED' }, do: { kind: 'drop' } });
      const listener = await listen(other);
      await listener.subscribed('user');
      const ids = Array.from({ length: 20 }, (_, index) => `chance-${index}`);
      await Promise.all(ids.map((id) => other.place(id)));
      await listener.subscribed('heartbeats');
      return ids.filter((id) => !listener.statuses(id).includes('FILLED'));
    } finally {
      await other.simulator.close();
    }
  }

  it('hits the same orders with the same seed, and others with another', async () => {
    const ids = await missed(1);
    expect(ids.length).toBeGreaterThan(2);
    expect(ids.length).toBeLessThan(18);
    expect(await missed(1)).toEqual(ids);
    expect(await missed(2)).not.toEqual(ids);
  });
});

describe('the control interface', () => {
  const url = (path = ''): string => `${bot.simulator.url}/simulator/push-faults${path}`;
  const post = async (rule: unknown) => toAnswer(await fetch(url(), { method: 'POST', body: JSON.stringify(rule) }));

  it('adds, shows and removes rules', async () => {
    const rule: PushFaultRule = { match: { clientOrderId: 'controlled' }, do: { kind: 'miss' } };
    const { json } = await post(rule);
    const listener = await connectUser();
    await bot.place('controlled');
    await placeLast(listener, 'uncontrolled');
    expect(listener.statuses('controlled')).toEqual([]);
    expect((await toAnswer(await fetch(url()))).json).toMatchObject([{ ...rule, id: json.id, hits: 2 }]);
    await fetch(url(`/${json.id}`), { method: 'DELETE' });
    expect(bot.simulator.pushFaults.list()).toEqual([]);
  });

  it.each([
    [{ match: {}, do: { kind: 'explode' } }, 'fault.do.kind must be one of drop, duplicate'],
    [{ match: { channel: 'ticker' }, do: { kind: 'drop' } }, 'fault.match.channel must be one of user'],
    [{ match: {}, do: { kind: 'delay' } }, 'fault.do.ms must be a whole number'],
    [{ match: {}, do: { kind: 'close', code: 1006 } }, 'fault.do.code must be a code'],
    [{ match: {}, do: { kind: 'refuse' } }, 'fault.do.at must be one of connect, subscribe'],
  ])('refuses %j with the field named', async (rule, message) => {
    const { status, json } = await post(rule);
    expect(status).toBe(400);
    expect(json.error).toContain(message);
  });
});
