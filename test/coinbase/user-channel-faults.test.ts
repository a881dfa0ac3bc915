import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { UserChannelSettings } from '../../src/coinbase/user-channel/user-channel.ts';
import { createKey, type PushFaultAction, type PushFaultMatch } from '../../src/simulator/index.ts';
import { restingBuy, startWithBot, type Bot } from '../simulator/bot.ts';
import { PushRecorder } from './push-recorder.ts';

let bot: Bot;
const recorders: PushRecorder[] = [];
beforeAll(async () => {
  bot = await startWithBot();
});
afterEach(async () => {
  bot.simulator.pushFaults.clear();
  for (const recorder of recorders.splice(0)) await recorder.stop();
});
afterAll(() => bot.simulator.close());

function recorderWith(settings: Partial<UserChannelSettings> = {}): PushRecorder {
  const { key, simulator } = bot;
  const recorder = new PushRecorder({
    wsUrl: simulator.wsUrl,
    keyName: key.name,
    privateKey: key.privateKeyPem,
    ...settings,
  });
  recorders.push(recorder);
  return recorder;
}

async function listen(settings: Partial<UserChannelSettings> = {}): Promise<PushRecorder> {
  const recorder = recorderWith(settings);
  await recorder.connected();
  return recorder;
}

function fault(match: PushFaultMatch, action: PushFaultAction): string {
  return bot.simulator.pushFaults.add({ match, do: action });
}

/** Comes after whatever a fault did to others. */
async function placeAfter(recorder: PushRecorder, clientOrderId: string): Promise<void> {
  await bot.place(clientOrderId);
  await recorder.received(clientOrderId, 'FILLED');
}

/** The next heartbeat but one: by then a gap would have been updates. */
async function aWhile(recorder: PushRecorder): Promise<void> {
  const from = Date.now();
  await recorder.until('heartbeats', () => Date.parse(recorder.push.health.lastMessageAt ?? '') > from + 1000);
}

describe('messages', () => {
  it('that are missing lead to a new connection', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'dropped', status: 'FILLED' }, { kind: 'drop' });
    await bot.place('dropped');
    await recorder.connected(2);
    expect(recorder.losses).toMatchObject([
      { kind: 'gap', message: expect.stringMatching(/^messages are missing: \d+$/), wasConnected: true },
    ]);
    expect(recorder.log).toEqual(['connected', 'OPEN', 'gap', 'connected']);
    await placeAfter(recorder, 'after-drop');
  });

  it('that come out of order are reported as such, and have no other effect', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'swapped', status: 'OPEN' }, { kind: 'swap' });
    await bot.place('swapped');
    const updates = await recorder.received('swapped', 'OPEN');
    expect(updates.map(({ status, message }) => [status, message.arrival])).toEqual([
      ['FILLED', 'early'],
      ['OPEN', 'late'],
    ]);
    expect(updates[0]?.message.sequence).toBe((updates[1]?.message.sequence ?? 0) + 1);
    await aWhile(recorder);
    expect(recorder.losses).toEqual([]);
  });

  it('that come twice are reported twice, the second time as repeated', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'twice', status: 'OPEN' }, { kind: 'duplicate' });
    await placeAfter(recorder, 'twice');
    expect(recorder.about('twice').map(({ status, message }) => [status, message.arrival])).toEqual([
      ['OPEN', 'next'],
      ['OPEN', 'repeated'],
      ['FILLED', 'next'],
    ]);
    await aWhile(recorder);
    expect(recorder.losses).toEqual([]);
  });

  it('that the exchange itself sent too late are reported as they are: only their content shows it', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'stale', status: 'OPEN' }, { kind: 'delay', ms: 100 });
    await bot.place('stale');
    const [filled, stale] = await recorder.received('stale', 'OPEN');
    expect(stale).toMatchObject({ status: 'OPEN', filledSize: '0', message: { arrival: 'next' } });
    expect(Number(filled?.filledSize)).toBeGreaterThan(0);
  });

  it('that report the same end twice, or a whole order as open, are passed on', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'filled-twice' }, { kind: 'filled-twice' });
    fault({ clientOrderId: 'open-first' }, { kind: 'open-first' });
    await bot.place('filled-twice');
    await placeAfter(recorder, 'open-first');
    expect(recorder.statuses('filled-twice')).toEqual(['OPEN', 'FILLED', 'FILLED']);
    expect(recorder.statuses('open-first')).toEqual(['OPEN', 'OPEN', 'FILLED']);
  });

  it('that cannot be parsed are reported once, and lead to a new connection', async () => {
    const recorder = await listen();
    fault({ clientOrderId: 'garbled', status: 'OPEN' }, { kind: 'truncate' });
    await bot.place('garbled');
    await recorder.connected(2);
    await placeAfter(recorder, 'after-garbage');
    expect(recorder.losses).toMatchObject([{ kind: 'malformed', message: expect.stringContaining('it is not JSON') }]);
    expect(recorder.statuses('garbled')).toEqual([]);
  });

  it('of the snapshot may be missing: its orders are swept anyway', async () => {
    fault({ event: 'snapshot', times: 1 }, { kind: 'drop' });
    const recorder = await listen();
    await placeAfter(recorder, 'after-no-snapshot');
    expect(recorder.losses).toEqual([]);
  });
});

describe('a connection', () => {
  it.each([
    ['cut off', {}, 1006],
    ['closed', { code: 1001 }, 1001],
  ])('that is %s is reported, and made again', async (what, more, code) => {
    const recorder = await listen();
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close', ...more });
    await bot.place(`by-${what}`);
    await recorder.connected(2);
    expect(recorder.losses).toMatchObject([
      { kind: 'closed', message: `closed with code ${code}`, wasConnected: true },
    ]);
    expect(recorder.push.health).toMatchObject({ connected: true, loss: null });
    await placeAfter(recorder, `after-${what}`);
  });

  it('that is refused is retried; of what happened meanwhile only the open orders are reported', async () => {
    const recorder = await listen();
    const refusal = fault({}, { kind: 'refuse', at: 'connect' });
    fault({ channel: 'user', event: 'update', times: 1 }, { kind: 'close' });
    await bot.place('meanwhile-filled');
    await recorder.lost(3);
    expect(recorder.push.health).toMatchObject({ connected: false, loss: { kind: 'unreachable' } });
    await bot.place('meanwhile-open', restingBuy());
    bot.simulator.pushFaults.remove(refusal);
    await recorder.connected(2);
    const [closed, ...refused] = recorder.losses;
    expect(closed).toMatchObject({ kind: 'closed', wasConnected: true });
    for (const loss of refused) {
      expect(loss).toMatchObject({ kind: 'unreachable', wasConnected: false, message: expect.stringContaining('503') });
    }
    expect(recorder.statuses('meanwhile-filled')).toEqual([]);
    expect(recorder.about('meanwhile-open')).toMatchObject([{ status: 'OPEN', message: { kind: 'snapshot' } }]);
  });

  it('that goes silent without closing is replaced', async () => {
    const recorder = await listen({ silenceMs: 2500 });
    fault({ clientOrderId: 'hushed', times: 1 }, { kind: 'silence' });
    await bot.place('hushed');
    await recorder.connected(2);
    expect(recorder.losses[0]).toMatchObject({
      kind: 'silent',
      message: 'nothing was received for 2500 ms',
      wasConnected: true,
    });
    await placeAfter(recorder, 'after-silence');
    await recorder.until('the silent one closed', () => bot.simulator.userChannel.connectionCount === 1);
  });

  it('that receives an error and stays open is replaced all the same', async () => {
    const recorder = await listen();
    fault({ channel: 'user', times: 1 }, { kind: 'error', message: 'rate limit exceeded' });
    await bot.place('by-error');
    await recorder.connected(2);
    expect(recorder.losses).toMatchObject([{ kind: 'refused', message: 'Coinbase answered "rate limit exceeded"' }]);
    await recorder.until('the old one closed', () => bot.simulator.userChannel.connectionCount === 1);
  });

  it.each(['user', 'heartbeats'] as const)('needs the channel %s', async (channel) => {
    fault({ channel, times: 1 }, { kind: 'refuse', at: 'subscribe' });
    const recorder = await listen();
    expect(recorder.losses).toMatchObject([{ kind: 'refused', message: 'Coinbase answered "authentication failure"' }]);
    expect(recorder.losses[0]?.wasConnected).toBe(false);
  });

  it('is never made with a key that the exchange does not know, and the key is not shown', async () => {
    const unknownKey = createKey();
    const recorder = recorderWith({ keyName: unknownKey.name, privateKey: unknownKey.privateKeyPem });
    const losses = await recorder.lost(3);
    expect(recorder.connections).toBe(0);
    expect(new Set(losses.map(({ kind }) => kind))).toEqual(new Set(['refused']));
    expect(recorder.push.health).toMatchObject({
      connected: false,
      loss: { message: expect.stringContaining('failure') },
    });
    const said = JSON.stringify([losses, recorder.push.health]);
    expect(said).not.toContain('eyJ');
    expect(said).not.toContain('PRIVATE KEY');
  });
});
