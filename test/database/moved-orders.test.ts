import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { checkLog } from '../../src/audit/log/check-log.ts';
import { growTree } from '../../src/audit/log/grow-tree.ts';
import { recordFills } from '../../src/database/queries/fills.ts';
import { moveOrders } from '../../src/database/queries/moved-orders.ts';
import { totalsOf } from '../../src/domain/order/fill-totals.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import { OBSTACLES, type OrderToMove } from '../../src/ports/moved-orders.ts';
import { eventually } from '../support/waiting.ts';
import { acceptedFact, migratedDatabase, newFill, notedFact, observedFact, placingTrade } from './fixtures.ts';
import { onOwnConnection, whileLocked } from './locks.ts';

const BUNDLE = 'b'.repeat(64);
const CAROL = { requestedBy: 'carol', sentBy: 'carol@here', reason: 'a test' };

let url: string;
let db: Database;
beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
});
afterAll(() => db.close());

/** A trade that was filled, with a run that waits to be archived. */
async function completed(): Promise<Trade> {
  const placing = await placingTrade(db);
  const { clientOrderId } = placing;
  await db.trades.apply(clientOrderId, acceptedFact(placing));
  const order = { status: 'FILLED', filledSize: '0.5', lastFillTime: '2026-11-23T12:00:00.000Z' } as const;
  const { trade } = await db.trades.apply(clientOrderId, observedFact(placing, order));
  await db.histories.noteRun({ clientOrderId, runId: randomUUID() });
  return trade;
}

async function withFills(trade: Trade): Promise<Trade> {
  const fills = [newFill({ orderId: trade.orderId ?? '' })];
  await db.trades.recordFills(fills);
  const said = { fillCount: 1, totals: totalsOf(fills), shownSize: null, overdue: false };
  const fact = { type: 'fills', key: 'fills/1', at: trade.updatedAt, ...said } as const;
  return (await db.trades.apply(trade.clientOrderId, fact)).trade;
}

async function archived(trade: Trade): Promise<Trade> {
  const { clientOrderId } = trade;
  const [{ runId } = { runId: '' }] = await db.histories.notedRuns(clientOrderId);
  const at = '2026-11-23T12:00:01.000Z';
  const run = { runId, clientOrderId, workflowId: workflowIdOf(clientOrderId), startedAt: at, closedAt: at };
  const rest = { closeStatus: 'COMPLETED', buildId: null, finalState: null, eventCount: 1, sha256: 'a'.repeat(64) };
  await db.histories.add({ ...run, ...rest, history: Buffer.from('') });
  return trade;
}

const movable = async (): Promise<Trade> => archived(await withFills(await completed()));

/** As a bundle has it now. */
async function asItIs({ clientOrderId }: Trade): Promise<OrderToMove> {
  const rows = await db.log.rowsOf(clientOrderId);
  const idsOf = (kind: string): number[] =>
    rows.flatMap((row) => (row.kind === kind ? [Number(row.columns['id'])] : []));
  return {
    clientOrderId,
    eventIds: idsOf('event'),
    fillIds: idsOf('fill'),
    historyIds: idsOf('archive'),
    leaves: rows.flatMap(({ leaf }) => leaf?.index ?? []),
  };
}

async function logged(): Promise<void> {
  const isEmpty = async (): Promise<boolean> => {
    await db.log.append(1_000, growTree);
    return (await db.log.waitingSeconds()) === 0;
  };
  await eventually(isEmpty, { withinMs: 10_000, what: 'all rows to be logged' });
}

async function rowsLeft({ clientOrderId, orderId }: Trade): Promise<number[]> {
  const [events, fills, runs] = await Promise.all([
    db.trades.events(clientOrderId),
    db.trades.fillsOf(orderId ?? ''),
    db.histories.runsOf(clientOrderId),
  ]);
  return [events, fills, runs].map(({ length }) => length);
}

describe('which orders can be moved out', () => {
  it('are those that ended in time and have all their evidence; of the others it says why not', async () => {
    await placingTrade(db);
    await movable();
    await db.histories.deleteOlderThan(0, 1_000);
    const ready = await movable();
    await archived(await completed());
    await withFills(await completed());
    const [resolved, differing] = [await movable(), await movable()];
    await onOwnConnection(url, async (em) => {
      const { clientOrderId } = resolved;
      await em.execute("update trades set reason = 'RESOLVED_BY_OPERATOR' where client_order_id = ?", [clientOrderId]);
      const issue = "insert into sync_issues (kind, order_id) values ('figures_differ', ?)";
      await em.execute(issue, [differing.orderId]);
    });

    const { movable: found, held, next } = await db.movedOrders.endedBefore(new Date().toISOString(), null);

    expect(found).toEqual([ready.clientOrderId]);
    expect(held).toEqual(Object.fromEntries(OBSTACLES.map((obstacle) => [obstacle, 1])));
    expect((await db.movedOrders.endedBefore(new Date().toISOString(), next)).next).toBeNull();
  });

  it('are none that ended later', async () => {
    const { clientOrderId, endedAt } = await movable();
    const before = await db.movedOrders.endedBefore(endedAt ?? '', null);
    const after = await db.movedOrders.endedBefore(new Date().toISOString(), null);
    expect(before.movable).not.toContain(clientOrderId);
    expect(after.movable).toContain(clientOrderId);
  });
});

describe('an order that is moved out', () => {
  it('leaves its trade, and a row that says where the others are', async () => {
    const trade = await movable();
    await logged();
    const order = await asItIs(trade);

    expect(await db.movedOrders.move([order], BUNDLE, CAROL)).toEqual([trade.clientOrderId]);

    expect(await rowsLeft(trade)).toEqual([0, 0, 0]);
    expect(await db.trades.find(trade.clientOrderId)).toEqual(trade);
    expect(await db.trades.moved(trade.clientOrderId)).toEqual({
      clientOrderId: trade.clientOrderId,
      movedAt: expect.stringMatching(/Z$/),
      bundleSha256: BUNDLE,
      events: 4,
      fills: 1,
      histories: 1,
      ...CAROL,
    });
    await logged();
    expect(await checkLog(db.log)).toMatchObject({ moved: 6, findings: [] });
  });

  it('has none of its fills recorded again, nor later ones, by one who begins before it is committed', async () => {
    const trade = await movable();
    await logged();
    const orderId = trade.orderId ?? '';
    const [fill] = await db.trades.fillsOf(orderId);
    const listed = [newFill({ ...fill }), newFill({ orderId, tradeType: 'CORRECTION' })];
    const order = await asItIs(trade);

    const [recorded] = await whileLocked(
      url,
      (em) => moveOrders(em, [order], BUNDLE, CAROL),
      () => [db.trades.recordFills(listed)],
    );

    expect({ recorded, left: await rowsLeft(trade) }).toEqual({
      recorded: { status: 'fulfilled', value: [] },
      left: [0, 0, 0],
    });
  });

  it('is not moved without a fill that is being recorded', async () => {
    const trade = await movable();
    await logged();
    const order = await asItIs(trade);
    const late = [newFill({ orderId: trade.orderId ?? '', tradeType: 'CORRECTION' })];

    const [moved] = await whileLocked(
      url,
      (em) => recordFills(em, late),
      () => [db.movedOrders.move([order], BUNDLE, CAROL)],
    );

    expect({ moved, left: await rowsLeft(trade) }).toEqual({
      moved: { status: 'fulfilled', value: [] },
      left: [4, 2, 1],
    });
  });

  it('stays here as a whole where a row of it is not as the bundle has it', async () => {
    const [changed, other] = [await movable(), await movable()];
    await logged();
    const orders = [await asItIs(changed), await asItIs(other)];
    await db.trades.apply(changed.clientOrderId, notedFact());

    expect(await db.movedOrders.move(orders, BUNDLE, CAROL)).toEqual([other.clientOrderId]);

    expect(await rowsLeft(changed)).toEqual([5, 1, 1]);
    expect(await db.trades.moved(changed.clientOrderId)).toBeNull();
    expect(await db.movedOrders.move(orders, BUNDLE, CAROL)).toEqual([]);
  });

  it('is no longer among the latencies of a report, but still among the orders', async () => {
    const before = (await db.reconciliations.summarise('2000-01-01T00:00:00Z')).detection[0];
    const trade = await movable();
    await logged();
    await db.movedOrders.move([await asItIs(trade)], BUNDLE, CAROL);
    expect((await db.reconciliations.summarise('2000-01-01T00:00:00Z')).detection[0]).toEqual({
      ...before,
      trades: (before?.trades ?? 0) + 1,
    });
  });

  it('can have events again, which nobody can delete', async () => {
    const trade = await movable();
    await logged();
    await db.movedOrders.move([await asItIs(trade)], BUNDLE, CAROL);
    await db.trades.apply(trade.clientOrderId, notedFact());
    await onOwnConnection(url, async (em) => {
      const deleted = em.execute('delete from order_events where client_order_id = ?', [trade.clientOrderId]);
      await expect(deleted).rejects.toThrow('order_events is append-only: DELETE is refused');
    });
  });
});

describe('the rows of an order', () => {
  it.each(['order_events', 'fills'])('cannot be deleted from %s by anybody else', async (table) => {
    await movable();
    await onOwnConnection(url, (em) =>
      expect(em.execute(`delete from ${table}`)).rejects.toThrow(`${table} is append-only: DELETE is refused`),
    );
  });

  it('are missed by the check of the log where the record of a move does not name their leaves', async () => {
    const trade = await movable();
    await logged();
    const order = await asItIs(trade);
    await db.movedOrders.move([{ ...order, leaves: order.leaves.slice(1) }], BUNDLE, CAROL);
    await logged();
    expect((await checkLog(db.log)).findings).toEqual([
      expect.stringMatching(new RegExp(`^the event \\d+ \\(leaf ${order.leaves[0]}\\) is gone$`)),
    ]);
  });
});
