import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { HaltRequest } from '../../src/ports/halt-store.ts';
import { PlacementHaltedError } from '../../src/ports/trade-store.ts';
import { eventually } from '../support/waiting.ts';
import { acceptedFact, migratedDatabase, msAgo, newIntent, observedFact, placingTrade } from './fixtures.ts';

const NOW = { requestedAt: msAgo(0), attempt: true };

let db: Database;

beforeAll(async () => {
  ({ db } = await migratedDatabase());
});
afterEach(async () => {
  for (const { botId } of await db.halts.list()) await db.halts.resume({ botId, requestedBy: 'test', reason: 'over' });
});
afterAll(() => db.close());

function request(fields: Partial<HaltRequest> = {}): HaltRequest {
  return { botId: null, requestedBy: 'ann', reason: 'a crash of the market', cancelOpen: false, ...fields };
}

describe('while a bot is halted', () => {
  it('no intent of its is committed, and the refusal says who halted it, since when and why', async () => {
    const intent = newIntent({ botId: 'halted' });
    const { since } = await db.halts.halt(request({ botId: 'halted' }));

    const refused = db.trades.insertIntent(intent, NOW);

    await expect(refused).rejects.toThrow(PlacementHaltedError);
    await expect(refused).rejects.toThrow(`the bot halted since ${since} by ann: a crash of the market`);
    expect(await db.trades.find(intent.clientOrderId)).toBeNull();
    expect(await db.trades.insertIntent(newIntent({ botId: 'other' }), NOW)).toMatchObject({ inserted: true });
  });

  it('an order that has a row is answered as usual', async () => {
    const intent = newIntent({ botId: 'known' });
    const { trade } = await db.trades.insertIntent(intent, NOW);
    await db.halts.halt(request({ botId: 'known' }));
    expect(await db.trades.insertIntent(intent, NOW)).toEqual({ trade, inserted: false });
  });

  it('no attempt is permitted, neither for the bot nor for all, until both halts are over', async () => {
    const { clientOrderId } = await placingTrade(db, { botId: 'both' });
    await db.halts.halt(request());
    await db.halts.halt(request({ botId: 'both', reason: 'it lost its mind' }));

    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({
      kind: 'halted',
      trade: { postAttempts: 0 },
      halt: { botId: null, requestedBy: 'ann' },
    });
    await db.halts.resume(request());
    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({
      kind: 'halted',
      halt: { botId: 'both', reason: 'it lost its mind' },
    });
    await db.halts.resume(request({ botId: 'both' }));
    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({ kind: 'granted' });
  });

  it('an order that the exchange has is settled', async () => {
    const trade = await placingTrade(db, { botId: 'settled' });
    await db.trades.apply(trade.clientOrderId, acceptedFact(trade));
    await db.halts.halt(request({ botId: 'settled' }));
    expect(await db.trades.beginPostAttempt(trade.clientOrderId)).toMatchObject({ kind: 'settled' });
  });
});

describe('the cancels of what is halted', () => {
  it('are the task of one process at a time, and only if they were asked for', async () => {
    await db.halts.halt(request({ botId: 'left alone' }));
    await db.halts.halt(request({ botId: 'cancelled', cancelOpen: true }));
    expect(await db.halts.claimCancels('one')).toMatchObject([{ botId: 'cancelled' }]);
    expect(await db.halts.claimCancels('other')).toEqual([]);
    expect(await db.halts.claimCancels('one')).toHaveLength(1);
  });
});

describe('a halt', () => {
  it('exists once: a second request keeps the first requester, and adds that open orders are to be cancelled', async () => {
    const first = await db.halts.halt(request({ botId: 'once' }));
    const second = await db.halts.halt(request({ botId: 'once', requestedBy: 'bob', cancelOpen: true }));
    const third = await db.halts.halt(request({ botId: 'once', requestedBy: 'cyd' }));
    expect([second, third]).toEqual([
      { ...first, cancelOpen: true },
      { ...first, cancelOpen: true },
    ]);
    expect(await db.halts.list()).toMatchObject([{ botId: 'once', requestedBy: 'ann' }]);
  });

  it('is ended once, and can be set again', async () => {
    await db.halts.halt(request({ botId: 'again' }));
    expect(await db.halts.resume(request({ botId: 'again' }))).toMatchObject({ botId: 'again' });
    expect(await db.halts.resume(request({ botId: 'again' }))).toBeNull();
    expect(await db.halts.list()).toEqual([]);
    expect(await db.halts.halt(request({ botId: 'again', requestedBy: 'bob' }))).toMatchObject({ requestedBy: 'bob' });
  });

  it('is flat when every order that it covers has ended, and no new one can come', async () => {
    const mine = await placingTrade(db, { botId: 'flat' });
    await placingTrade(db, { botId: 'not covered' });
    await db.halts.halt(request({ botId: 'flat' }));

    const { clientOrderId } = mine;
    const order = { orderId: null, clientOrderId, botId: 'flat', status: 'placing', ageSeconds: expect.any(Number) };
    expect(await db.halts.list()).toMatchObject([{ flat: false, open: [{ ...order, cancelRequested: false }] }]);
    expect(await db.halts.withoutCancel('flat')).toEqual([clientOrderId]);
    await db.trades.apply(clientOrderId, observedFact(mine, { status: 'CANCELLED' }));

    // A statement that began before the halt may still commit an intent.
    expect(await db.halts.list()).toMatchObject([{ flat: false, open: [] }]);
    await eventually(async () => (await db.halts.list())[0]?.flat, { withinMs: 8_000, what: 'flat' });
  });
});
