import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { migratedDatabase } from './fixtures.ts';
import { onOwnConnection } from './locks.ts';

const NONE = { count: 0, oldestSeconds: 0 };

let url: string;
let db: Database;
beforeAll(async () => {
  ({ url, db } = await migratedDatabase());
});
afterAll(() => db?.close());

function execute<Row extends object>(statement: string): Promise<Row[]> {
  return onOwnConnection(url, (em) => em.execute<Row[]>(statement));
}

describe('the counts of the metrics', () => {
  it('are all there, and 0, in an empty database', async () => {
    const { openOrders, openIssues, halts, lastCompleteRunAt } = await db.counts();
    expect(openOrders).toEqual({ placing: NONE, pending: NONE, stale: NONE });
    expect(Object.values(openIssues)).toEqual(Array.from({ length: 8 }, () => NONE));
    expect({ halts, lastCompleteRunAt }).toEqual({ halts: { bot: 0, all: 0 }, lastCompleteRunAt: null });
  });

  it('are of what is open, and in force: 10,000 orders are counted from an index', async () => {
    await execute(`insert into trades (client_order_id, bot_id, product_id, side, order_configuration, policy, status, created_at)
      select 'order-' || n, 'bot7', 'BTC-USD', 'BUY', '{}', '{}', (array['pending', 'stale'])[1 + n % 2],
        clock_timestamp() - n * interval '1 second' from generate_series(1, 10000) n`);
    for (const part of [1, 2, 3, 4, 5]) {
      await execute(`insert into trades (client_order_id, bot_id, product_id, side, order_configuration, policy, status)
        select 'ended-${part}-' || n, 'bot7', 'BTC-USD', 'BUY', '{}', '{}', 'completed' from generate_series(1, 10000) n`);
    }
    await execute('analyze trades');
    const { runId } = await db.reconciliations.startRun();
    const issue = { kind: 'stale', orderId: 'o', clientOrderId: 'c', dbStatus: 'stale', coinbaseStatus: null } as const;
    const opened = { ...issue, ageHours: null, blockedSeconds: null, level: 'warning' } as const;
    await db.reconciliations.openIssue(runId, opened);
    await db.reconciliations.finishRun(runId, 'complete', {
      tradesChecked: 0,
      ordersSeen: 0,
      issuesResolved: 0,
      requestsUsed: 0,
    });
    const wish = { requestedBy: 'alice', reason: 'test', cancelOpen: false };
    for (const botId of ['bot7', 'bot8', null]) await db.halts.halt({ botId, ...wish });

    const { openOrders, openIssues, halts, lastCompleteRunAt } = await db.counts();

    expect(openOrders.placing).toEqual(NONE);
    expect(openOrders.pending.count).toBe(5_000);
    expect(openOrders.stale.count).toBe(5_000);
    expect(openOrders.pending.oldestSeconds).toBeGreaterThanOrEqual(10_000);
    expect(openIssues.stale.count).toBe(1);
    expect(openIssues.orphan).toEqual(NONE);
    expect(halts).toEqual({ bot: 2, all: 1 });
    expect(Date.parse(lastCompleteRunAt ?? '')).toBeGreaterThan(0);
    const plan = await execute<{ 'QUERY PLAN': string }>(`explain select status, count(*), min(created_at) from trades
      where status in ('placing', 'pending', 'stale') group by status`);
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index(?: Only)? Scan|Bitmap Index Scan/);
  });
});
