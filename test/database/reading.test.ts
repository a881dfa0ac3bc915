import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { InvalidPageError, type TradeFilter } from '../../src/ports/trade-store.ts';
import { acceptedFact, migratedDatabase, msAgo, newIntent, observedFact, placingTrade } from './fixtures.ts';

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
    const fact = acceptedFact(two, { orderId: one.clientOrderId });
    const { trade: accepted } = await db.trades.apply(two.clientOrderId, fact);
    expect(await db.trades.findByEitherId(one.clientOrderId)).toEqual(accepted);
    expect(await db.trades.findByEitherId('nobody')).toBeNull();
  });
});

describe('list', () => {
  async function ids(filter: TradeFilter): Promise<string[]> {
    return (await db.trades.list(filter)).items.map(({ clientOrderId }) => clientOrderId);
  }

  it('pages through all trades, newest first, none twice and none missing, while others are added', async () => {
    const at = '2026-01-01T00:00:00.000Z';
    const botId = 'pager';
    const expected: string[] = [];
    // Half of them have the same creation time, so that only the id tells them apart.
    for (let n = 0; n < 7; n += 1) {
      const time = n < 4 ? at : `2026-01-01T00:00:00.00000${n}Z`;
      const { trade } = await db.trades.insertIntent(newIntent({ botId }), { requestedAt: time, attempt: false });
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
    const filled = { status: 'FILLED', filledSize: '1' };
    await db.trades.apply(trade.clientOrderId, observedFact(trade, filled, { layer: 'reconciliation' }));
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

describe('the open trades', () => {
  it('are listed with what the feed needs, oldest first, whatever their status', async () => {
    const { db: own } = await migratedDatabase();
    try {
      const placing = await placingTrade(own);
      const pending = await placingTrade(own, { policy: { ...newIntent().policy, placeForMs: 5_000 } });
      const ended = await placingTrade(own);
      const order = observedFact(pending, { filledSize: '0.10' }).order;
      const checked = { type: 'checked', key: 'c', at: msAgo(0), order, looks: 1, lastError: null } as const;
      await own.trades.apply(pending.clientOrderId, acceptedFact(pending));
      const { trade: monitored } = await own.trades.apply(pending.clientOrderId, checked);
      await own.trades.apply(ended.clientOrderId, observedFact(ended, { status: 'CANCELLED' }));

      const open = await own.trades.listOpen();

      expect(open.map(({ clientOrderId }) => clientOrderId)).toEqual([placing.clientOrderId, pending.clientOrderId]);
      for (const [index, row] of [placing, monitored].entries()) {
        const { lastCheckedAt = null, ...tracked } = open[index] ?? {};
        expect(row).toMatchObject(tracked);
        expect(msOf(lastCheckedAt)).toBe(msOf(row.lastCheckedAt));
      }
    } finally {
      await own.close();
    }
  });
});

function msOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
