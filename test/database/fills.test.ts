import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import type { ExchangeOrder } from '../../src/domain/order/exchange-order.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { totalsOf } from '../../src/domain/order/fill-totals.ts';
import { eventually } from '../support/waiting.ts';
import {
  acceptedFact,
  msAgo,
  newFill,
  observedFact,
  placingTrade,
  twoConnections,
  type TwoConnections,
} from './fixtures.ts';
import { whileLocked } from './locks.ts';

let connections: TwoConnections;
let url: string;
let db: Database;
let second: Database;
beforeAll(async () => {
  connections = await twoConnections();
  ({ url, db, second } = connections);
});
afterAll(() => connections?.close());

async function acceptedTrade(): Promise<Trade & { orderId: string }> {
  const trade = await placingTrade(db);
  const fact = acceptedFact(trade);
  return { ...(await db.trades.apply(trade.clientOrderId, fact)).trade, orderId: fact.orderId };
}

describe('recordFills', () => {
  it('records a fill once, by its entry id, and names the orders that have new ones', async () => {
    const [{ orderId }, { orderId: other }] = [await acceptedTrade(), await acceptedTrade()];
    const late = newFill({ orderId, tradeTime: '2026-11-23T12:00:02.000Z' });
    const early = newFill({ orderId, tradeTime: '2026-11-23T12:00:01.000001Z' });
    const others = newFill({ orderId: other, sizeInQuote: true, tradeId: null, sequenceTimestamp: early.tradeTime });

    expect(await db.trades.recordFills([late])).toEqual([orderId]);
    expect((await db.trades.recordFills([others, late, early, { ...early, size: '9' }])).toSorted()).toEqual(
      [orderId, other].toSorted(),
    );
    expect(await db.trades.recordFills([early, late, others])).toEqual([]);
    expect(await db.trades.recordFills([])).toEqual([]);

    expect(await db.trades.fillsOf(orderId)).toEqual([early, late]);
    expect(await db.trades.fillsOf(other)).toEqual([others]);
    expect(await db.trades.fillsOf(orderId, other)).toEqual([others, early, late]);
    expect(await db.trades.fillsOf('nobody')).toEqual([]);
    expect(await db.trades.fillsOf()).toEqual([]);
  });

  it('leaves out fills that belong to no trade of ours, whatever the id of their order', async () => {
    const { orderId } = await acceptedTrade();
    const odd = ['foreign', '', '{}', 'a"b\\c,d', "o'x", '?', 'n\u0000l', 'null'];
    const ours = newFill({ orderId });
    const fills = [...odd.map((id) => newFill({ orderId: id })), ours];
    expect(await db.trades.recordFills(fills)).toEqual([orderId]);
    expect(await db.trades.fillsOf(...odd.filter((id) => id !== 'n\u0000l'), orderId)).toEqual([ours]);
  });

  it('finds our trades by any id the exchange may give them, and keeps the figures digit for digit', async () => {
    const trade = await placingTrade(db);
    const orderId = `a"b\\c,{d}'?`;
    await db.trades.apply(trade.clientOrderId, acceptedFact(trade, { orderId }));
    const size = '123456789012345678901234567890.123456789012345678901234567891';
    const fill = newFill({ orderId, size, price: '10.50', commission: '0.00000001', entryId: `e"'?\\` });
    expect(await db.trades.recordFills([fill])).toEqual([orderId]);
    expect(await db.trades.fillsOf(orderId)).toEqual([fill]);
  });

  it('keeps a reversal beside the fill whose trade id it shares', async () => {
    const { orderId } = await acceptedTrade();
    const fill = newFill({ orderId, tradeId: 't' });
    const reversal = newFill({ orderId, tradeId: 't', tradeType: 'REVERSAL' });
    for (const listed of [fill, reversal]) await db.trades.recordFills([listed]);
    expect(await db.trades.fillsOf(orderId)).toEqual([fill, reversal]);
  });

  it('lets many record the same fills in any order at once', async () => {
    const { orderId } = await acceptedTrade();
    const fills = Array.from({ length: 20 }, () => newFill({ orderId }));
    const rounds = Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? fills : fills.toReversed()));
    const named = await Promise.all(
      rounds.map((round, n) => (n % 3 === 0 ? db : second).trades.recordFills(round.slice(n))),
    );
    expect(named.flat().length).toBeGreaterThanOrEqual(1);
    expect(await db.trades.fillsOf(orderId)).toHaveLength(20);
  });

  it('waits for another process that records the same fill, and records the others', async () => {
    const { orderId } = await acceptedTrade();
    const [theirs, ours] = [newFill({ orderId }), newFill({ orderId })];
    const { entryId, tradeTime, tradeType, price, size, commission } = theirs;
    const [outcome] = await whileLocked(
      url,
      (em) =>
        em.execute(
          `insert into fills (entry_id, order_id, trade_time, trade_type, price, size, size_in_quote, commission)
           values (?, ?, ?, ?, ?, ?, false, ?)`,
          [entryId, orderId, tradeTime, tradeType, price, size, commission],
        ),
      () => [db.trades.recordFills([theirs, ours])],
    );
    expect(outcome).toEqual({ status: 'fulfilled', value: [orderId] });
    expect((await db.trades.fillsOf(orderId)).map((fill) => fill.entryId)).toEqual([entryId, ours.entryId]);
  });
});

const LATELY = { changedWithinMs: 60_000 };

describe('endedWithoutFills', () => {
  it('names the ended trades whose fills do not add up, those that ended last first', async () => {
    const filled = { status: 'FILLED', filledSize: '0.5' };
    const [older, younger, open] = [await acceptedTrade(), await acceptedTrade(), await acceptedTrade()];
    const show = async (trade: Trade, order: Partial<ExchangeOrder>, at: string) =>
      (await db.trades.apply(trade.clientOrderId, observedFact(trade, order, { at }), trade)).trade;
    const completed = await show(younger, filled, msAgo(20));
    const cancelled = await show(older, { status: 'CANCELLED', filledSize: '0.1' }, msAgo(10));
    await show(open, { filledSize: '0.1' }, msAgo(0));
    await db.trades.apply((await placingTrade(db)).clientOrderId, {
      type: 'cancel-requested',
      key: 'never-placed',
      at: msAgo(0),
      requester: { requestedBy: null, reason: null },
      evidence: null,
    });
    expect(await db.trades.endedWithoutFills(10, LATELY)).toEqual([cancelled, completed]);
    expect(await db.trades.endedWithoutFills(1, LATELY)).toEqual([cancelled]);

    const fills = [newFill({ orderId: younger.orderId, size: '0.5' })];
    const totals = totalsOf(fills);
    const fact = {
      type: 'fills',
      key: 'f',
      at: msAgo(0),
      fillCount: 1,
      totals,
      shownSize: null,
      overdue: false,
    } as const;
    await db.trades.apply(completed.clientOrderId, fact, completed);
    expect(await db.trades.endedWithoutFills(10, LATELY)).toEqual([cancelled]);
  });

  it('leaves out those whose rows have not changed for long, until a sync by hand', async () => {
    const trade = await acceptedTrade();
    const { clientOrderId } = trade;
    const filled = observedFact(trade, { status: 'FILLED', filledSize: '0.5' });
    await db.trades.apply(clientOrderId, filled, trade);
    const isNamed = async (changedWithinMs: number): Promise<boolean> =>
      (await db.trades.endedWithoutFills(100, { changedWithinMs })).some(
        (each) => each.clientOrderId === clientOrderId,
      );
    await eventually(async () => !(await isNamed(100)), {
      withinMs: 5_000,
      what: 'a tenth of a second without a change',
    });
    expect(await isNamed(60_000)).toBe(true);

    const requester = { requestedBy: 'ann', reason: null };
    const known = { orderId: trade.orderId, status: 'FILLED', filledSize: '0.5' };
    await db.trades.apply(clientOrderId, observedFact(trade, known, { layer: 'manual-sync', requester }));
    expect(await isNamed(5_000)).toBe(true);
  });
});
