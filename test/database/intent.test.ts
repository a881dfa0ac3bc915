import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { TradeNotFoundError } from '../../src/ports/trade-store.ts';
import { changeTo, migratedDatabase, msAgo, newIntent, placingTrade } from './fixtures.ts';

let db: Database;
let second: Database;

beforeAll(async () => {
  const { url, db: first } = await migratedDatabase();
  db = first;
  second = await openDatabase({ url });
});
afterAll(async () => {
  await Promise.all([db.close(), second.close()]);
});

describe('insertIntent', () => {
  it('commits the trade as placing, with its first event', async () => {
    const intent = newIntent();
    const { trade, inserted } = await db.trades.insertIntent(intent, msAgo(0));
    expect(inserted).toBe(true);
    expect(trade).toMatchObject({ ...intent, status: 'placing', orderId: null, postAttempts: 0, filledSize: '0' });
    expect(await db.trades.find(intent.clientOrderId)).toEqual(trade);
    expect(await db.trades.events(intent.clientOrderId)).toMatchObject([
      { fromStatus: null, toStatus: 'placing', state: 'placed', cause: 'intent', source: 'bot', evidence: intent },
    ]);
  });

  it('answers the row that is there and writes nothing', async () => {
    const intent = newIntent();
    const { trade } = await db.trades.insertIntent(intent, msAgo(0));
    const again = await db.trades.insertIntent({ ...intent, botId: 'other' }, msAgo(0));
    expect(again).toEqual({ trade, inserted: false });
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(1);
  });

  it('inserts one row when many insert it at once', async () => {
    const intent = newIntent();
    const stores = [db, second, db, second, db, second];
    const answers = await Promise.all(stores.map((store) => store.trades.insertIntent(intent, msAgo(0))));
    expect(answers.filter(({ inserted }) => inserted)).toHaveLength(1);
    expect(new Set(answers.map(({ trade }) => trade.createdAt)).size).toBe(1);
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(1);
  });

  it('counts the time since the request, but takes no time from the future', async () => {
    const requestedAt = msAgo(20_000);
    const late = await db.trades.insertIntent(newIntent(), requestedAt);
    expect(late.trade.createdAt).toBe(requestedAt);
    const early = await db.trades.insertIntent(newIntent(), msAgo(-3_600_000));
    expect(Date.parse(early.trade.createdAt)).toBeLessThan(Date.now() + 60_000);
  });

  it('keeps any text as it is, quotes and question marks too', async () => {
    const { trade } = await db.trades.insertIntent(newIntent({ botId: `o'bot\\ "?" $1 :x é😀` }), msAgo(0));
    expect(trade.botId).toBe(`o'bot\\ "?" $1 :x é😀`);
  });
});

describe('beginPostAttempt', () => {
  it('commits each attempt with its number and an event', async () => {
    const { clientOrderId } = await placingTrade(db);
    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({ kind: 'granted', attempt: 1 });
    const second = await db.trades.beginPostAttempt(clientOrderId);
    expect(second).toMatchObject({ kind: 'granted', attempt: 2, trade: { postAttempts: 2 } });
    expect(second.trade.postAttemptedAt).not.toBeNull();
    const events = await db.trades.events(clientOrderId);
    expect(events.slice(1)).toMatchObject([
      { cause: 'post_attempt', source: 'post', fromStatus: 'placing', toStatus: 'placing', evidence: { attempt: 1 } },
      { cause: 'post_attempt', source: 'post', fromStatus: 'placing', toStatus: 'placing', evidence: { attempt: 2 } },
    ]);
  });

  it('numbers attempts that begin at once without a gap or a double', async () => {
    const { clientOrderId } = await placingTrade(db);
    const stores = [db, second, db, second];
    const permits = await Promise.all(stores.map((store) => store.trades.beginPostAttempt(clientOrderId)));
    const attempts = permits.map((permit) => (permit.kind === 'granted' ? permit.attempt : 0));
    expect(attempts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  });

  it('refuses once placeForMs has passed, and writes nothing', async () => {
    const intent = newIntent({ policy: { ...newIntent().policy, placeForMs: 1_000 } });
    const { trade } = await db.trades.insertIntent(intent, msAgo(1_001));
    expect(await db.trades.beginPostAttempt(intent.clientOrderId)).toEqual({ kind: 'window-closed', trade });
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(1);
  });

  it('refuses when the exchange has accepted the order or the order has ended', async () => {
    const accepted = await placingTrade(db);
    await db.trades.commit(changeTo(accepted, { orderId: `x-${accepted.clientOrderId}` }));
    expect(await db.trades.beginPostAttempt(accepted.clientOrderId)).toMatchObject({ kind: 'settled' });
    const rejected = await placingTrade(db);
    await db.trades.commit(changeTo(rejected, { status: 'rejected' }));
    expect(await db.trades.beginPostAttempt(rejected.clientOrderId)).toMatchObject({ kind: 'settled' });
  });

  it('rejects for a trade that is not there', async () => {
    await expect(db.trades.beginPostAttempt('nobody')).rejects.toThrow(TradeNotFoundError);
  });
});

describe('withdraw', () => {
  const by = { requestedBy: 'ann', reason: 'typo' };

  it('ends a trade that was never attempted', async () => {
    const { clientOrderId } = await placingTrade(db);
    expect(await db.trades.withdraw(clientOrderId, by)).toMatchObject({
      status: 'cancelled',
      reason: 'CANCELLED_BEFORE_PLACEMENT',
      detectedBy: 'immediate-check',
      fillsComplete: true,
    });
    const [, event, ...more] = await db.trades.events(clientOrderId);
    expect(event).toMatchObject({
      fromStatus: 'placing',
      toStatus: 'cancelled',
      state: 'closed',
      cause: 'withdrawn',
      source: 'operator',
      ...by,
    });
    expect(more).toEqual([]);
  });

  it('changes nothing once a POST was attempted', async () => {
    const { clientOrderId } = await placingTrade(db);
    const { trade } = await db.trades.beginPostAttempt(clientOrderId);
    expect(await db.trades.withdraw(clientOrderId, by)).toEqual(trade);
  });

  it('lets either the withdrawal or the attempt happen when both come at once, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { clientOrderId } = await placingTrade(db);
      const [permit] = await Promise.all([
        db.trades.beginPostAttempt(clientOrderId),
        second.trades.withdraw(clientOrderId, by),
      ]);
      const trade = await db.trades.find(clientOrderId);
      expect([permit.kind, trade?.status]).toEqual(
        permit.kind === 'granted' ? ['granted', 'placing'] : ['settled', 'cancelled'],
      );
    }
  });
});
