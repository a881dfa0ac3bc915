import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { CancelRequestedFact } from '../../src/domain/order/fact.ts';
import { TradeNotFoundError } from '../../src/ports/trade-store.ts';
import {
  acceptedFact,
  msAgo,
  newIntent,
  placementClosedFact,
  placingTrade,
  twoConnections,
  type TwoConnections,
} from './fixtures.ts';

let connections: TwoConnections;
let db: Database;
let second: Database;
beforeAll(async () => {
  connections = await twoConnections();
  ({ db, second } = connections);
});
afterAll(() => connections?.close());

describe('insertIntent', () => {
  it('notes the run with the intent, and no run beside a trade that is there', async () => {
    const [intent, runId] = [newIntent(), randomUUID()];
    const run = { clientOrderId: intent.clientOrderId, runId };
    const { trade } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: false, runId });
    await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: false, runId: randomUUID() });
    await db.trades.apply(trade.clientOrderId, placementClosedFact());
    expect(await db.histories.waiting(null, 10)).toEqual({ runs: [run], next: null });
  });

  it('commits the trade as placing, with its first event', async () => {
    const intent = newIntent();
    const { trade, inserted } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: false });
    expect(inserted).toBe(true);
    expect(trade).toMatchObject({
      ...intent,
      status: 'placing',
      orderId: null,
      postAttempts: 0,
      postAttemptedAt: null,
    });
    expect(await db.trades.find(intent.clientOrderId)).toEqual(trade);
    expect(await db.trades.events(intent.clientOrderId)).toMatchObject([
      { fromStatus: null, toStatus: 'placing', state: 'placed', cause: 'intent', source: 'bot', evidence: intent },
    ]);
  });

  it('commits the first attempt with it, at one moment and with the events in order', async () => {
    const intent = newIntent();
    const { trade, inserted } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: true });
    expect(inserted).toBe(true);
    expect(trade).toMatchObject({ ...intent, status: 'placing', postAttempts: 1, postAttemptedAt: trade.updatedAt });
    expect(await db.trades.find(intent.clientOrderId)).toEqual(trade);
    const common = { requestedBy: null, reason: null, factKey: null, toStatus: 'placing', state: 'placed' };
    const events = await db.trades.events(intent.clientOrderId);
    expect(events).toMatchObject([
      { ...common, fromStatus: null, cause: 'intent', source: 'bot', evidence: intent },
      { ...common, fromStatus: 'placing', cause: 'post_attempt', source: 'post', evidence: { attempt: 1 } },
    ]);
    expect(events[1]?.evidence).toEqual({ attempt: 1 });
    expect(await db.trades.beginPostAttempt(intent.clientOrderId)).toMatchObject({ trade: { postAttempts: 2 } });
  });

  it('commits no attempt where the window has closed by then', async () => {
    const intent = newIntent({ policy: { ...newIntent().policy, placeForMs: 1_000 } });
    const { trade, inserted } = await db.trades.insertIntent(intent, { requestedAt: msAgo(1_001), attempt: true });
    expect(inserted).toBe(true);
    expect(trade).toMatchObject({ status: 'placing', postAttempts: 0, postAttemptedAt: null });
    expect((await db.trades.events(intent.clientOrderId)).map(({ cause }) => cause)).toEqual(['intent']);
  });

  it.each([true, false])('returns the existing row and writes nothing (attempt: %p)', async (attempt) => {
    const intent = newIntent();
    const { trade } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: false });
    const again = { ...intent, botId: 'other' };
    expect(await db.trades.insertIntent(again, { requestedAt: msAgo(0), attempt })).toEqual({ trade, inserted: false });
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(1);
  });

  it('inserts one row with one attempt when several insert it at once', async () => {
    const intent = newIntent();
    const stores = [db, second, db, second, db, second];
    const answers = await Promise.all(
      stores.map((store) => store.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: true })),
    );
    expect(answers.filter(({ inserted }) => inserted)).toHaveLength(1);
    const row = await db.trades.find(intent.clientOrderId);
    expect(row).toMatchObject({ postAttempts: 1 });
    for (const { trade } of answers) expect(trade).toEqual(row);
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(2);
  });

  it('counts the time since the request, but takes no time from the future', async () => {
    const requestedAt = msAgo(20_000);
    const late = await db.trades.insertIntent(newIntent(), { requestedAt, attempt: true });
    expect(late.trade).toMatchObject({ createdAt: requestedAt, postAttempts: 1 });
    const early = await db.trades.insertIntent(newIntent(), { requestedAt: msAgo(-3_600_000), attempt: true });
    expect(early.trade).toMatchObject({ createdAt: early.trade.updatedAt, postAttempts: 1 });
    expect(Date.parse(early.trade.createdAt)).toBeLessThan(Date.now() + 60_000);
  });

  it('keeps any text as it is, quotes and question marks too', async () => {
    const { trade } = await db.trades.insertIntent(newIntent({ botId: `o'bot\\ "?" $1 :x é😀` }), {
      requestedAt: msAgo(0),
      attempt: true,
    });
    expect(trade.botId).toBe(`o'bot\\ "?" $1 :x é😀`);
  });
});

describe('withholdPostAttempt', () => {
  it('returns what an attempt would return, but commits none', async () => {
    const open = await placingTrade(db);
    expect(await db.trades.withholdPostAttempt(open.clientOrderId)).toEqual({ kind: 'withheld', trade: open });
    const late = await placingTrade(db, { policy: { ...newIntent().policy, placeForMs: 0 } });
    expect(await db.trades.withholdPostAttempt(late.clientOrderId)).toEqual({ kind: 'window-closed', trade: late });
    const { trade: accepted } = await db.trades.apply(open.clientOrderId, acceptedFact(open), open);
    expect(await db.trades.withholdPostAttempt(open.clientOrderId)).toEqual({ kind: 'settled', trade: accepted });
    expect((await db.trades.events(open.clientOrderId)).map(({ cause }) => cause)).not.toContain('post_attempt');
    await expect(db.trades.withholdPostAttempt('nobody')).rejects.toThrow(TradeNotFoundError);
  });
});

describe('beginPostAttempt', () => {
  it('commits each attempt with its number and an event', async () => {
    const { clientOrderId } = await placingTrade(db);
    expect(await db.trades.beginPostAttempt(clientOrderId)).toMatchObject({
      kind: 'granted',
      trade: { postAttempts: 1 },
    });
    const second = await db.trades.beginPostAttempt(clientOrderId);
    expect(second).toMatchObject({ kind: 'granted', trade: { postAttempts: 2 } });
    expect(second.trade.postAttemptedAt).not.toBeNull();
    const events = await db.trades.events(clientOrderId);
    expect(events.slice(1)).toMatchObject([
      { cause: 'post_attempt', source: 'post', fromStatus: 'placing', toStatus: 'placing', evidence: { attempt: 1 } },
      { cause: 'post_attempt', source: 'post', fromStatus: 'placing', toStatus: 'placing', evidence: { attempt: 2 } },
    ]);
  });

  it('numbers simultaneous attempts without a gap or a duplicate', async () => {
    const { clientOrderId } = await placingTrade(db);
    const stores = [db, second, db, second];
    const permits = await Promise.all(stores.map((store) => store.trades.beginPostAttempt(clientOrderId)));
    const attempts = permits.map((permit) => (permit.kind === 'granted' ? permit.trade.postAttempts : 0));
    expect(attempts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  });

  it('refuses once placeForMs has passed, and writes nothing', async () => {
    const intent = newIntent({ policy: { ...newIntent().policy, placeForMs: 1_000 } });
    const { trade } = await db.trades.insertIntent(intent, { requestedAt: msAgo(1_001), attempt: false });
    expect(await db.trades.beginPostAttempt(intent.clientOrderId)).toEqual({ kind: 'window-closed', trade });
    expect(await db.trades.events(intent.clientOrderId)).toHaveLength(1);
  });

  it('refuses when the exchange has accepted the order or the order has ended', async () => {
    const accepted = await placingTrade(db);
    await db.trades.apply(accepted.clientOrderId, acceptedFact(accepted));
    expect(await db.trades.beginPostAttempt(accepted.clientOrderId)).toMatchObject({ kind: 'settled' });
    const rejected = await placingTrade(db);
    await db.trades.apply(rejected.clientOrderId, placementClosedFact());
    expect(await db.trades.beginPostAttempt(rejected.clientOrderId)).toMatchObject({ kind: 'settled' });
  });

  it('rejects for a trade that does not exist', async () => {
    await expect(db.trades.beginPostAttempt('nobody')).rejects.toThrow(TradeNotFoundError);
  });
});

describe('a cancel that is asked for before the placement', () => {
  const requester = { requestedBy: 'ann', reason: 'typo' };
  const cancelRequested = { type: 'cancel-requested', key: 'cancel-1', requester, evidence: null } as const;
  const fact = (): CancelRequestedFact => ({ ...cancelRequested, at: msAgo(0) });

  it('ends a trade that was never attempted', async () => {
    const { clientOrderId } = await placingTrade(db);
    expect((await db.trades.apply(clientOrderId, fact())).trade).toMatchObject({
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
      ...requester,
    });
    expect(more).toEqual([]);
  });

  it('is only noted once a POST was attempted', async () => {
    const before = await placingTrade(db);
    const { trade } = await db.trades.beginPostAttempt(before.clientOrderId);
    const wanted = fact();
    for (const known of [before, trade]) {
      const applied = await db.trades.apply(trade.clientOrderId, wanted, known);
      expect(applied.trade).toMatchObject({ status: 'placing', postAttempts: 1, cancelRequestedAt: wanted.at });
    }
  });

  it('lets either the withdrawal or the attempt happen when both come at once, never both', async () => {
    for (let round = 0; round < 10; round += 1) {
      const known = await placingTrade(db);
      const { clientOrderId } = known;
      const [permit] = await Promise.all([
        db.trades.beginPostAttempt(clientOrderId),
        second.trades.apply(clientOrderId, fact(), known),
      ]);
      const trade = await db.trades.find(clientOrderId);
      expect([permit.kind, trade?.status]).toEqual(
        permit.kind === 'granted' ? ['granted', 'placing'] : ['settled', 'cancelled'],
      );
    }
  });
});
