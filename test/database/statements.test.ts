import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import type { Fact } from '../../src/domain/order/fact.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { watchStatements, type WatchedStatements } from '../support/statements.ts';
import {
  acceptedFact,
  migratedDatabase,
  msAgo,
  newFill,
  newIntent,
  notedFact,
  observedFact,
  placingTrade,
} from './fixtures.ts';

let near: Database;
let db: Database;
let watched: WatchedStatements;

beforeAll(async () => {
  const { url, db: first } = await migratedDatabase();
  near = first;
  watched = await watchStatements(url);
  db = await openDatabase({ url: watched.url });
});
afterAll(async () => {
  await Promise.all([near.close(), db.close()]);
  await watched.close();
});

async function countOf(work: () => Promise<unknown>): Promise<number> {
  return (await watched.during(work)).length;
}

describe('the statements that are sent', () => {
  it('are seen, those of a transaction one by one', async () => {
    const { clientOrderId } = await placingTrade(near, { policy: { ...newIntent().policy, placeForMs: 0 } });
    const sent = await watched.during(() => db.trades.beginPostAttempt(clientOrderId));
    expect(sent.map((statement) => statement.trim().split(' ')[0])).toEqual([
      'with',
      'begin',
      'select',
      'with',
      'select',
      'commit',
    ]);
  });

  it('are at most four for an order that fills at once, its fills included', async () => {
    const intent = newIntent();
    const { clientOrderId } = intent;
    const sent = await watched.during(async () => {
      const { trade: placing } = await db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt: true });
      const { trade: accepted } = await db.trades.apply(clientOrderId, acceptedFact(placing), placing);
      const filled = observedFact(accepted, { status: 'FILLED', filledSize: '0.5', lastFillTime: msAgo(0) });
      const { trade } = await db.trades.apply(clientOrderId, filled, accepted);
      expect(await db.trades.recordFills([newFill({ orderId: trade.orderId ?? '' })])).toEqual([trade.orderId]);
    });
    expect(sent).toHaveLength(4);
    expect(await near.trades.find(clientOrderId)).toMatchObject({ status: 'completed', postAttempts: 1 });
    expect((await near.trades.events(clientOrderId)).map(({ cause }) => cause)).toEqual([
      'intent',
      'post_attempt',
      'accepted',
      'observed',
    ]);
  });

  it.each([true, false])('are one for an intent (attempt: %p), and one more to read it', async (attempt) => {
    const intent = newIntent();
    expect(await countOf(() => db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt }))).toBe(1);
    expect(await countOf(() => db.trades.insertIntent(intent, { requestedAt: msAgo(0), attempt }))).toBe(2);
  });

  it('are one for an order that is adopted', async () => {
    const { clientOrderId, botId, productId, side, orderConfiguration, policy } = newIntent();
    const order = { clientOrderId, botId, productId, side, orderConfiguration, policy };
    const adoption = { ...order, orderId: `exchange-${clientOrderId}`, createdAt: null, evidence: {} };
    expect(await countOf(() => db.trades.adopt(adoption, { requestedBy: null, reason: null }))).toBe(1);
  });

  it('are one for an attempt that is permitted', async () => {
    const { clientOrderId } = await placingTrade(near);
    expect(await countOf(() => db.trades.beginPostAttempt(clientOrderId))).toBe(1);
  });

  it.each<[string, (trade: Trade) => Fact]>([
    ['alters the row', (trade) => observedFact(trade, { filledSize: '0.1' })],
    ['alters no column', () => notedFact()],
  ])(
    'are one for a fact that %s that is known, two of another, three where it is out of date',
    async (_what, factOf) => {
      const counts: number[] = [];
      for (const knownOf of [(trade: Trade) => trade, () => undefined, outOfDate]) {
        const trade = await placingTrade(near);
        const known = knownOf(trade);
        counts.push(await countOf(() => db.trades.apply(trade.clientOrderId, factOf(trade), known)));
      }
      expect(counts).toEqual([1, 2, 3]);
    },
  );

  it('are one for a fact that was applied already, or brings nothing new', async () => {
    const trade = await placingTrade(near);
    const { clientOrderId } = trade;
    const fact = acceptedFact(trade);
    const { trade: accepted } = await near.trades.apply(clientOrderId, fact);
    expect(await countOf(() => db.trades.apply(clientOrderId, fact))).toBe(1);
    expect(await countOf(() => db.trades.apply(clientOrderId, fact, accepted))).toBe(1);
    expect(await countOf(() => db.trades.apply(clientOrderId, acceptedFact(trade)))).toBe(1);
    expect(await countOf(() => db.trades.apply(clientOrderId, acceptedFact(trade), accepted))).toBe(1);
  });

  it('are one for text that PostgreSQL cannot store, of which it keeps the rest', async () => {
    const odd = newIntent({ botId: 'a\u0000b', orderConfiguration: { limit_limit_gtc: { base_size: '\u0000' } } });
    expect(await countOf(() => db.trades.insertIntent(odd, { requestedAt: msAgo(0), attempt: true }))).toBe(1);
    const trade = await near.trades.find(odd.clientOrderId);
    if (trade === null) throw new Error('the intent was not committed');
    expect(trade).toMatchObject({
      botId: 'a\ufffdb',
      orderConfiguration: { limit_limit_gtc: { base_size: '\ufffd' } },
    });
    const fact = observedFact(
      trade,
      { status: 'FAILED', reason: "x\u0000'?\\" },
      {
        key: 'k\u0000?',
        requester: { requestedBy: null, reason: 'r\u0000' },
        evidence: { text: 'e\u0000 \ud800 ?' },
      },
    );
    expect(await countOf(() => db.trades.apply(odd.clientOrderId, fact, trade))).toBe(1);
    expect(await countOf(() => db.trades.apply(odd.clientOrderId, fact))).toBe(1);
    expect(await near.trades.find(odd.clientOrderId)).toMatchObject({ reason: "x\ufffd'?\\" });
    expect((await near.trades.events(odd.clientOrderId)).slice(2)).toMatchObject([
      { factKey: 'k\ufffd?', reason: 'r\ufffd', evidence: { text: 'e\ufffd \ufffd ?' } },
    ]);
  });

  it('are one for fills, whether they are new or not, and none without fills', async () => {
    const trade = await placingTrade(near);
    const fact = acceptedFact(trade);
    await near.trades.apply(trade.clientOrderId, fact);
    const fill = newFill({ orderId: fact.orderId });
    const foreign = newFill({ orderId: 'x-foreign' });
    expect(await countOf(() => db.trades.recordFills([fill, foreign]))).toBe(1);
    expect(await countOf(() => db.trades.recordFills([fill, newFill(fill)]))).toBe(1);
    expect(await countOf(() => db.trades.recordFills([]))).toBe(0);
  });
});

function outOfDate(trade: Trade): Trade {
  return { ...trade, updatedAt: '2026-01-01T00:00:00.000Z' };
}
