import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { Adoption } from '../../src/domain/order/adoption.ts';
import { migratedDatabase, newIntent, placingTrade, resolvedFact } from './fixtures.ts';

const MIA = { requestedBy: 'mia', reason: 'migration' };

let db: Database;
beforeAll(async () => {
  ({ db } = await migratedDatabase());
});
afterAll(() => db?.close());

function newAdoption(fields: Partial<Adoption> = {}): Adoption {
  const intent = newIntent();
  const createdAt = '2026-11-20T08:00:00.123Z';
  return {
    ...intent,
    orderId: `exchange-${intent.clientOrderId}`,
    createdAt,
    evidence: { status: 'FILLED' },
    ...fields,
  };
}

describe('adopting an order', () => {
  it('inserts its row as pending, with the exchange’s time, and a first event', async () => {
    const adoption = newAdoption();

    const { trade, inserted } = await db.trades.adopt(adoption, MIA);

    const { evidence, ...fields } = adoption;
    expect(inserted).toBe(true);
    expect(trade).toMatchObject({
      ...fields,
      status: 'pending',
      postAttempts: 0,
      filledSize: '0',
      fillsComplete: false,
      monitoredSince: expect.any(String),
    });
    expect(await db.trades.find(adoption.clientOrderId)).toEqual(trade);
    expect(await db.trades.events(adoption.clientOrderId)).toMatchObject([
      {
        fromStatus: null,
        toStatus: 'pending',
        state: 'monitoring',
        cause: 'adopted',
        source: 'listing',
        ...MIA,
        evidence,
        factKey: null,
      },
    ]);
  });

  it('takes the database’s time where the exchange has none', async () => {
    const { trade } = await db.trades.adopt(newAdoption({ createdAt: null }), MIA);
    expect(Math.abs(Date.parse(trade.createdAt) - Date.now())).toBeLessThan(60_000);
  });

  it('is idempotent, and never overwrites a row that has changed since', async () => {
    const adoption = newAdoption();
    const { trade } = await db.trades.adopt(adoption, MIA);
    const { trade: ended } = await db.trades.apply(trade.clientOrderId, resolvedFact());

    const again = await db.trades.adopt({ ...adoption, botId: 'bot8' }, MIA);

    expect(again).toEqual({ trade: ended, inserted: false });
    expect(await db.trades.events(adoption.clientOrderId)).toHaveLength(2);
  });

  it('by several at once inserts one row', async () => {
    const adoption = newAdoption();
    const answers = await Promise.all(Array.from({ length: 8 }, () => db.trades.adopt(adoption, MIA)));
    expect(answers.filter(({ inserted }) => inserted)).toHaveLength(1);
    expect(await db.trades.events(adoption.clientOrderId)).toHaveLength(1);
  });

  it('returns the trade that has the exchange’s id under another client order id', async () => {
    const first = await db.trades.adopt(newAdoption(), MIA);
    const { trade, inserted } = await db.trades.adopt(newAdoption({ orderId: first.trade.orderId ?? '' }), MIA);
    expect({ trade, inserted }).toEqual({ trade: first.trade, inserted: false });
  });

  it('returns the trade that has the client order id, and does not give it the exchange’s', async () => {
    const placing = await placingTrade(db);
    const { trade, inserted } = await db.trades.adopt(newAdoption({ clientOrderId: placing.clientOrderId }), MIA);
    expect({ trade, inserted }).toEqual({ trade: placing, inserted: false });
    expect(trade.orderId).toBeNull();
  });
});

describe('finding trades by the beginning of an id', () => {
  it('looks at both ids, newest first, up to a limit', async () => {
    const [old, , young] = [
      await db.trades.adopt(newAdoption({ clientOrderId: 'begin-1', createdAt: '2026-01-01T00:00:00.000Z' }), MIA),
      await db.trades.adopt(newAdoption({ clientOrderId: 'other-1', orderId: 'begin-x' }), MIA),
      await db.trades.adopt(newAdoption({ clientOrderId: 'begin-2', createdAt: '2026-11-22T00:00:00.000Z' }), MIA),
    ];

    const found = await db.trades.findByPrefix('begin-', 10);

    expect(found.map(({ clientOrderId }) => clientOrderId)).toEqual(['begin-2', 'other-1', 'begin-1']);
    expect(await db.trades.findByPrefix('begin-', 1)).toEqual([young.trade]);
    expect(await db.trades.findByPrefix('begin-1', 10)).toEqual([old.trade]);
    expect(await db.trades.findByPrefix('begin_', 10)).toEqual([]);
    expect(await db.trades.findByPrefix('%', 10)).toEqual([]);
  });
});

it('returns the database’s time', async () => {
  expect(Math.abs(Date.parse(await db.now()) - Date.now())).toBeLessThan(60_000);
});
