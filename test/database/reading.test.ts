import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { InvalidPageError, TradeNotFoundError, type TradeFilter } from '../../src/ports/trade-store.ts';
import { changeTo, migratedDatabase, newFill, newIntent, placingTrade } from './fixtures.ts';

let db: Database;

beforeAll(async () => {
  ({ db } = await migratedDatabase());
});
afterAll(() => db.close());

describe('findByEitherId', () => {
  it('finds by the exchange id and by the client order id, the exchange’s first', async () => {
    const one = await placingTrade(db);
    const two = await placingTrade(db);
    expect(await db.trades.findByEitherId(one.clientOrderId)).toEqual(one);
    const accepted = await db.trades.commit(changeTo(two, { orderId: one.clientOrderId }));
    expect(await db.trades.findByEitherId(one.clientOrderId)).toEqual(accepted);
    expect(await db.trades.findByEitherId('nobody')).toBeNull();
  });
});

describe('list', () => {
  async function ids(filter: TradeFilter): Promise<string[]> {
    return (await db.trades.list(filter)).items.map(({ clientOrderId }) => clientOrderId);
  }

  it('walks through all trades, newest first, none twice and none missing, while others are added', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    const botId = 'pager';
    const expected: string[] = [];
    // Half of them have the same creation time, so that only the id tells them apart.
    for (let n = 0; n < 7; n += 1) {
      const time = n < 4 ? at : `2026-01-01T00:00:00.00000${n}Z`;
      const { trade } = await db.trades.insertIntent(newIntent({ botId }), time);
      expected.unshift(trade.clientOrderId);
    }
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await db.trades.list({ botId, limit: 2, ...(cursor !== null && { cursor }) });
      seen.push(...page.items.map(({ clientOrderId }) => clientOrderId));
      cursor = page.nextCursor;
      await placingTrade(db, { botId });
    } while (cursor !== null);
    expect(seen).toEqual(expected);
  });

  it('ends with a null cursor when the last page is full', async () => {
    const botId = 'full-page';
    await placingTrade(db, { botId });
    await placingTrade(db, { botId });
    expect((await db.trades.list({ botId, limit: 2 })).nextCursor).toBeNull();
  });

  it('filters by status, bot, product and layer together', async () => {
    const trade = await placingTrade(db, { botId: 'filter', productId: 'ETH-USD' });
    await placingTrade(db, { botId: 'filter', productId: 'BTC-USD' });
    await db.trades.commit(changeTo(trade, { status: 'completed', detectedBy: 'reconciliation' }));
    const all = { botId: 'filter', productId: 'ETH-USD', status: 'completed', detectedBy: 'reconciliation' } as const;
    expect(await ids(all)).toEqual([trade.clientOrderId]);
    expect(await ids({ ...all, productId: 'BTC-USD' })).toEqual([]);
    expect(await ids({ ...all, status: 'placing' })).toEqual([]);
    expect(await ids({ ...all, detectedBy: 'monitoring' })).toEqual([]);
    expect(await ids({ botId: 'filter' })).toHaveLength(2);
  });

  it.each(['', 'nonsense', Buffer.from('2026-13-45T00:00:00.000Z/1').toString('base64url'), 'Li4uLzE'])(
    'refuses the cursor "%s" with a clear error',
    async (cursor) => {
      await expect(db.trades.list({ cursor })).rejects.toThrow(InvalidPageError);
      await expect(db.trades.list({ cursor })).rejects.toThrow(/cursor is malformed/);
    },
  );

  it.each([0, 501, 1.5])('refuses a limit of %p', async (limit) => {
    await expect(db.trades.list({ limit })).rejects.toThrow(/limit must be a whole number from 1 to 500/);
  });
});

describe('note', () => {
  it('writes an event and changes no column', async () => {
    const trade = await placingTrade(db);
    const { clientOrderId } = trade;
    const event = { clientOrderId, state: 'placed', cause: 'cancel_requested', source: 'operator' } as const;
    await db.trades.note({ ...event, requestedBy: 'ann', evidence: { argument: null } });
    expect(await db.trades.find(clientOrderId)).toEqual(trade);
    expect((await db.trades.events(clientOrderId)).at(-1)).toMatchObject({
      fromStatus: 'placing',
      toStatus: 'placing',
      cause: 'cancel_requested',
      requestedBy: 'ann',
      reason: null,
      evidence: { argument: null },
    });
    await expect(db.trades.note({ ...event, clientOrderId: 'nobody' })).rejects.toThrow(TradeNotFoundError);
  });
});

describe('saveFills', () => {
  it('counts a fill once, by its entry id, and answers all of the order’s, oldest first', async () => {
    const orderId = 'fills-1';
    const late = newFill({ orderId, tradeTime: '2026-11-23T12:00:02.000Z' });
    const early = newFill({ orderId, tradeTime: '2026-11-23T12:00:01.000001Z' });
    expect(await db.trades.saveFills([late], orderId)).toEqual([late]);
    expect(await db.trades.saveFills([late, early, { ...early, size: '9' }], orderId)).toEqual([early, late]);
    expect(await db.trades.saveFills([], orderId)).toEqual([early, late]);
    expect(await db.trades.fillsOf(orderId)).toEqual([early, late]);
    expect(await db.trades.fillsOf('fills-none')).toEqual([]);
  });

  it('keeps a reversal beside the fill whose trade id it shares', async () => {
    const orderId = 'fills-2';
    const fill = newFill({ orderId, tradeId: 't' });
    const reversal = newFill({ orderId, tradeId: 't', tradeType: 'REVERSAL' });
    expect(await db.trades.saveFills([fill, reversal], orderId)).toEqual([fill, reversal]);
  });

  it('lets many save the same fills in any order at once', async () => {
    const orderId = 'fills-3';
    const fills = Array.from({ length: 20 }, () => newFill({ orderId }));
    const rounds = Array.from({ length: 6 }, (_, n) => (n % 2 === 0 ? fills : fills.toReversed()));
    await Promise.all(rounds.map((round) => db.trades.saveFills(round, orderId)));
    expect(await db.trades.fillsOf(orderId)).toHaveLength(20);
  });
});
