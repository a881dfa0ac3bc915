import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserChannelSettings } from '../../src/coinbase/user-channel/user-channel.ts';
import { createKey, type PushFaultAction, type PushFaultMatch } from '../../src/simulator/index.ts';
import { restingBuy, startWithBot, type Bot } from '../simulator/bot.ts';
import { Ear } from './ear.ts';

let bot: Bot;
const ears: Ear[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  bot.simulator.pushFaults.clear();
  for (const ear of ears.splice(0)) await ear.stop();
});
afterAll(() => bot.simulator.close());

function earWith(settings: Partial<UserChannelSettings> = {}): Ear {
  const { key, simulator } = bot;
  const ear = new Ear({ wsUrl: simulator.wsUrl, keyName: key.name, privateKey: key.privateKeyPem, ...settings });
  ears.push(ear);
  return ear;
}

async function listen(settings: Partial<UserChannelSettings> = {}): Promise<Ear> {
  const ear = earWith(settings);
  await ear.connected();
  return ear;
}

function fault(match: PushFaultMatch, action: PushFaultAction): string {
  return bot.simulator.pushFaults.add({ match, do: action });
}

/** Comes after whatever a fault did to others. */
async function placeAfter(ear: Ear, clientOrderId: string): Promise<void> {
  await bot.place(clientOrderId);
  await ear.heard(clientOrderId, 'FILLED');
}

/** The next heartbeat but one: by then a gap would have been told. */
async function aWhile(ear: Ear): Promise<void> {
  const from = Date.now();
  await ear.until('heartbeats', () => Date.parse(ear.push.health.lastMessageAt ?? '') > from + 1000);
}

describe('messages', () => {
  it('that are missing lead to a fresh connection', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'dropped', status: 'FILLED' }, { kind: 'drop' });
    await bot.place('dropped');
    await ear.connected(2);
    expect(ear.losses).toMatchObject([
      { kind: 'gap', message: expect.stringMatching(/^messages are missing: \d+$/), wasConnected: true },
    ]);
    expect(ear.story).toEqual(['connected', 'OPEN', 'gap', 'connected']);
    await placeAfter(ear, 'after-drop');
  });

  it('that come in another order are told with what they are, and lead to nothing', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'swapped', status: 'OPEN' }, { kind: 'swap' });
    await bot.place('swapped');
    const told = await ear.heard('swapped', 'OPEN');
    expect(told.map(({ status, message }) => [status, message.arrival])).toEqual([
      ['FILLED', 'early'],
      ['OPEN', 'late'],
    ]);
    expect(told[0]?.message.sequence).toBe((told[1]?.message.sequence ?? 0) + 1);
    await aWhile(ear);
    expect(ear.losses).toEqual([]);
  });

  it('that come twice are told twice, the second time as repeated', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'twice', status: 'OPEN' }, { kind: 'duplicate' });
    await placeAfter(ear, 'twice');
    expect(ear.about('twice').map(({ status, message }) => [status, message.arrival])).toEqual([
      ['OPEN', 'next'],
      ['OPEN', 'repeated'],
      ['FILLED', 'next'],
    ]);
    await aWhile(ear);
    expect(ear.losses).toEqual([]);
  });

  it('that the exchange itself sent too late are told as they are: only what they say shows it', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'stale', status: 'OPEN' }, { kind: 'delay', ms: 100 });
    await bot.place('stale');
    const [filled, stale] = await ear.heard('stale', 'OPEN');
    expect(stale).toMatchObject({ status: 'OPEN', filledSize: '0', message: { arrival: 'next' } });
    expect(Number(filled?.filledSize)).toBeGreaterThan(0);
  });

  it('that tell the same end twice, or an open order that is whole, are told on', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'filled-twice' }, { kind: 'filled-twice' });
    fault({ clientOrderId: 'open-first' }, { kind: 'open-first' });
    await bot.place('filled-twice');
    await placeAfter(ear, 'open-first');
    expect(ear.statuses('filled-twice')).toEqual(['OPEN', 'FILLED', 'FILLED']);
    expect(ear.statuses('open-first')).toEqual(['OPEN', 'OPEN', 'FILLED']);
  });

  it('that cannot be understood are told once, and lead to a fresh connection', async () => {
    const ear = await listen();
    fault({ clientOrderId: 'garbled', status: 'OPEN' }, { kind: 'truncate' });
    await bot.place('garbled');
    await ear.connected(2);
    await placeAfter(ear, 'after-garbage');
    expect(ear.losses).toMatchObject([{ kind: 'malformed', message: expect.stringContaining('it is not JSON') }]);
    expect(ear.statuses('garbled')).toEqual([]);
  });

  it('of the snapshot may be missing: what it told is swept for anyway', async () => {
    fault({ event: 'snapshot', times: 1 }, { kind: 'drop' });
    const ear = await listen();
    await placeAfter(ear, 'after-no-snapshot');
    expect(ear.losses).toEqual([]);
  });
});

describe('a connection', () => {
  it.each([
    ['cut off', {}, 1006],
    ['closed', { code: 1001 }, 1001],
  ])('that is %s is told, and made again', async (what, more, code) => {
    const ear = await listen();
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close', ...more });
    await bot.place(`by-${what}`);
    await ear.connected(2);
    expect(ear.losses).toMatchObject([{ kind: 'closed', message: `closed with code ${code}`, wasConnected: true }]);
    expect(ear.push.health).toMatchObject({ connected: true, loss: null });
    await placeAfter(ear, `after-${what}`);
  });

  it('that is refused is tried again and again; of what happened meanwhile only the open orders are told', async () => {
    const ear = await listen();
    const refusal = fault({}, { kind: 'refuse', at: 'connect' });
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close' });
    await bot.place('meanwhile-filled');
    await ear.lost(3);
    expect(ear.push.health).toMatchObject({ connected: false, loss: { kind: 'unreachable' } });
    await bot.place('meanwhile-open', restingBuy());
    bot.simulator.pushFaults.remove(refusal);
    await ear.connected(2);
    const [closed, ...refused] = ear.losses;
    expect(closed).toMatchObject({ kind: 'closed', wasConnected: true });
    for (const loss of refused) {
      expect(loss).toMatchObject({ kind: 'unreachable', wasConnected: false, message: expect.stringContaining('503') });
    }
    expect(ear.statuses('meanwhile-filled')).toEqual([]);
    expect(ear.about('meanwhile-open')).toMatchObject([{ status: 'OPEN', message: { kind: 'snapshot' } }]);
  });

  it('that goes silent without closing is given up and made again', async () => {
    const ear = await listen({ silenceMs: 2500 });
    fault({ clientOrderId: 'hushed', times: 1 }, { kind: 'silence' });
    await bot.place('hushed');
    await ear.connected(2);
    expect(ear.losses[0]).toMatchObject({
      kind: 'silent',
      message: 'nothing was heard for 2500 ms',
      wasConnected: true,
    });
    await placeAfter(ear, 'after-silence');
    await ear.until('the silent one closed', () => bot.simulator.userChannel.connectionCount === 1);
  });

  it('that is told an error and stays open is made again all the same', async () => {
    const ear = await listen();
    fault({ channel: 'user', times: 1 }, { kind: 'error', message: 'rate limit exceeded' });
    await bot.place('by-error');
    await ear.connected(2);
    expect(ear.losses).toMatchObject([{ kind: 'refused', message: 'Coinbase answered "rate limit exceeded"' }]);
    await ear.until('the old one closed', () => bot.simulator.userChannel.connectionCount === 1);
  });

  it.each(['user', 'heartbeats'] as const)('needs the channel %s', async (channel) => {
    fault({ channel, times: 1 }, { kind: 'refuse', at: 'subscribe' });
    const ear = await listen();
    expect(ear.losses).toMatchObject([{ kind: 'refused', message: 'Coinbase answered "authentication failure"' }]);
    expect(ear.losses[0]?.wasConnected).toBe(false);
  });

  it('is never made with a key that the exchange does not know, and the key is not told', async () => {
    const stranger = createKey();
    const ear = earWith({ keyName: stranger.name, privateKey: stranger.privateKeyPem });
    const losses = await ear.lost(3);
    expect(ear.connections).toBe(0);
    expect(new Set(losses.map(({ kind }) => kind))).toEqual(new Set(['refused']));
    expect(ear.push.health).toMatchObject({ connected: false, loss: { message: expect.stringContaining('failure') } });
    const said = JSON.stringify([losses, ear.push.health]);
    expect(said).not.toContain('eyJ');
    expect(said).not.toContain('PRIVATE KEY');
  });
});
