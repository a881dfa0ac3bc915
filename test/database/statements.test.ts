import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { watchStatements, type WatchedStatements } from '../support/statements.ts';
import { changeTo, migratedDatabase, msAgo, newFill, newIntent, placingTrade } from './fixtures.ts';

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
    const { clientOrderId } = await placingTrade(near);
    const by = { requestedBy: null, reason: null };
    const sent = await watched.during(() => db.trades.withdraw(clientOrderId, by));
    expect(sent.map((statement) => statement.trim().split(' ')[0])).toEqual(['begin', 'select', 'with', 'commit']);
  });

  it('are one for an intent, and one more to read the trade that is there', async () => {
    const intent = newIntent();
    expect(await countOf(() => db.trades.insertIntent(intent, msAgo(0)))).toBe(1);
    expect(await countOf(() => db.trades.insertIntent(intent, msAgo(0)))).toBe(2);
  });

  it('are one for an order that is adopted, and for what is noted of it', async () => {
    const { clientOrderId, botId, productId, side, orderConfiguration, policy } = newIntent();
    const order = { clientOrderId, botId, productId, side, orderConfiguration, policy };
    const adoption = { ...order, orderId: `exchange-${clientOrderId}`, createdAt: null, evidence: {} };
    expect(await countOf(() => db.trades.adopt(adoption, { requestedBy: null, reason: null }))).toBe(1);
    const event = { clientOrderId, state: 'monitoring', cause: 'manual_sync_failed', source: 'operator' } as const;
    expect(await countOf(() => db.trades.note(event))).toBe(1);
  });

  it('are one for an attempt that is permitted', async () => {
    const { clientOrderId } = await placingTrade(near);
    expect(await countOf(() => db.trades.beginPostAttempt(clientOrderId))).toBe(1);
  });

  it('are one for a change of a row that is known, and two of another', async () => {
    const trade = await placingTrade(near);
    const change = changeTo(trade, { status: 'pending' });
    expect(await countOf(() => db.trades.commit(change, trade))).toBe(1);
    const next = changeTo(trade, { status: 'stale' });
    expect(await countOf(() => db.trades.commit(next))).toBe(2);
    const unchanged = changeTo(trade, { status: 'stale' }, { cause: 'unconfirmed' });
    expect(await countOf(() => db.trades.commit(unchanged))).toBe(2);
  });

  it('are one for a change that is committed already', async () => {
    const trade = await placingTrade(near);
    const change = changeTo(trade, { status: 'pending' });
    await near.trades.commit(change);
    expect(await countOf(() => db.trades.commit(change))).toBe(1);
  });

  it('are as many for an early change, and one where nothing is decided', async () => {
    const trade = await placingTrade(near);
    const { clientOrderId } = trade;
    const early = (status: 'pending' | 'stale') => () => ({ change: changeTo(trade, { status }), alert: null });
    expect(await countOf(() => db.trades.commitEarly(clientOrderId, early('pending'), trade))).toBe(1);
    expect(await countOf(() => db.trades.commitEarly(clientOrderId, early('stale')))).toBe(2);
    expect(await countOf(() => db.trades.commitEarly(clientOrderId, () => null))).toBe(1);
  });

  it('are one for text that PostgreSQL cannot store, of which it keeps the rest', async () => {
    const odd = newIntent({ botId: 'a\u0000b', orderConfiguration: { limit_limit_gtc: { base_size: '\u0000' } } });
    expect(await countOf(() => db.trades.insertIntent(odd, msAgo(0)))).toBe(1);
    const trade = await near.trades.find(odd.clientOrderId);
    if (trade === null) throw new Error('the intent was not committed');
    expect(trade).toMatchObject({
      botId: 'a\ufffdb',
      orderConfiguration: { limit_limit_gtc: { base_size: '\ufffd' } },
    });
    const why = { key: 'k\u0000', reason: 'r\u0000', evidence: { text: 'e\u0000 \ud800 ?' } };
    const change = changeTo(trade, { reason: "x\u0000'?\\" }, why);
    expect(await countOf(() => db.trades.commit(change, trade))).toBe(1);
    expect(await countOf(() => db.trades.commit(change))).toBe(1);
    expect(await near.trades.find(odd.clientOrderId)).toMatchObject({ reason: "x\ufffd'?\\" });
    expect((await near.trades.events(odd.clientOrderId)).slice(1)).toMatchObject([
      { changeKey: 'k\ufffd', reason: 'r\ufffd', evidence: { text: 'e\ufffd \ufffd ?' } },
    ]);
  });

  it('are one for fills, whether they are new or not', async () => {
    const fill = newFill({ orderId: 'x-statements' });
    expect(await countOf(() => db.trades.saveFills([fill], fill.orderId))).toBe(1);
    expect(await countOf(() => db.trades.saveFills([fill, newFill(fill)], fill.orderId))).toBe(1);
    expect(await countOf(() => db.trades.saveFills([], fill.orderId))).toBe(1);
  });
});
