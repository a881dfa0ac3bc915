import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../src/database/database.ts';
import { DEFAULT_POLICY } from '../../src/domain/order/policy.ts';
import { acceptedFact, migratedDatabase, msAgo, newIntent, observedFact, placingTrade } from '../database/fixtures.ts';
import { call, type Answer } from './caller.ts';
import { startTestHttp, type TestHttp } from './server.ts';

let db: Database;
let http: TestHttp;
let sql: MikroORM;

beforeAll(async () => {
  const migrated = await migratedDatabase();
  db = migrated.db;
  http = await startTestHttp(db);
  sql = new MikroORM({ clientUrl: migrated.url, entities: [], discovery: { warnWhenNoEntities: false } });
});
afterAll(async () => {
  await sql.close();
  await http.close();
  await db.close();
});

function ask(path: string): Promise<Answer> {
  return call(`${http.url}/api/v1/${path}`);
}

/** All items of a list, a page at a time. */
async function walk(path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let cursor: unknown = ''; cursor !== null;) {
    const { status, body } = await ask(`${path}${cursor === '' ? '' : `&cursor=${String(cursor)}`}`);
    expect(status).toBe(200);
    items.push(...(body['items'] as Record<string, unknown>[]));
    cursor = body['next_cursor'];
  }
  return items;
}

describe('the list of trades', () => {
  it('has every trade once, newest first, a page at a time', async () => {
    const botId = 'pages';
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.unshift((await placingTrade(db, { botId })).clientOrderId);
    const items = await walk(`trades?bot_id=${botId}&limit=2`);
    expect(items.map((item) => item['client_order_id'])).toEqual(ids);
    expect(items[0]).toMatchObject({ status: 'placing', filled_size: '0', policy: { monitor_interval_ms: 2_000 } });
  });

  it('filters by status, bot and product', async () => {
    const trade = await placingTrade(db, { botId: 'filters', productId: 'ETH-USD' });
    await placingTrade(db, { botId: 'filters' });
    const filled = observedFact(trade, { status: 'FILLED' }, { layer: 'monitoring' });
    await db.trades.apply(trade.clientOrderId, filled);
    const found = await walk('trades?bot_id=filters&product_id=ETH-USD&status=completed&limit=500');
    expect(found).toMatchObject([{ client_order_id: trade.clientOrderId, detected_by: 'monitoring' }]);
    expect(await walk('trades?bot_id=filters&product_id=BTC-USD&status=completed')).toEqual([]);
  });
});

describe('can-trade', () => {
  it('names what blocks the bot on the product, oldest first, with its age', async () => {
    const botId = 'blocked / bot';
    const { trade: old } = await db.trades.insertIntent(
      newIntent({ botId, policy: { ...DEFAULT_POLICY, placeForMs: 120_000 } }),
      {
        requestedAt: msAgo(90_000),
        attempt: true,
      },
    );
    const young = await placingTrade(db, { botId });
    const other = await placingTrade(db, { botId, productId: 'ETH-USD' });
    const { clientOrderId } = old;
    const closed = { type: 'placement-closed', key: 'closed', at: msAgo(0), unauthorised: false } as const;
    await db.trades.apply(clientOrderId, closed);
    await db.trades.apply(clientOrderId, acceptedFact(old, { orderId: 'exchange-old' }));
    const path = `bots/${encodeURIComponent(botId)}/can-trade`;

    expect((await ask(`${path}?product_id=BTC-USD`)).body).toEqual({
      allowed: false,
      blocking: [
        {
          order_id: 'exchange-old',
          client_order_id: old.clientOrderId,
          status: 'stale',
          age_seconds: expect.any(Number),
        },
        { order_id: null, client_order_id: young.clientOrderId, status: 'placing', age_seconds: expect.any(Number) },
      ],
    });
    const { blocking } = (await ask(path)).body as { blocking: { age_seconds: number; client_order_id: string }[] };
    expect(blocking.map((order) => order.client_order_id)).toEqual(
      [old, young, other].map(({ clientOrderId }) => clientOrderId),
    );
    expect(blocking[0]?.age_seconds).toBeGreaterThanOrEqual(90);
    expect(blocking[0]?.age_seconds).toBeLessThan(120);
  });

  it('allows it if every order has ended, and to an unknown bot', async () => {
    const trade = await placingTrade(db, { botId: 'free' });
    await db.trades.apply(trade.clientOrderId, observedFact(trade, { status: 'CANCELLED' }));
    for (const bot of ['free', 'nobody']) {
      expect((await ask(`bots/${bot}/can-trade?product_id=BTC-USD`)).body).toEqual({ allowed: true, blocking: [] });
    }
  });
});

describe('what reconciliation found', () => {
  it('is listed newest first, issues with the run that found them', async () => {
    const connection = sql.em.getConnection();
    await connection.execute(`insert into reconciliation_runs (started_at, finished_at, status, trades_checked)
      select '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 minute', '2026-01-02T00:00:00Z', 'complete', n
      from generate_series(1, 5) n`);
    await connection.execute(`insert into sync_issues (kind, client_order_id, db_status, coinbase_status, age_hours, run_id, detected_at)
      select 'missed_fill', 'order-' || id, 'pending', 'FILLED', 0.125, id, started_at from reconciliation_runs`);

    const runs = await walk('reconciliations?limit=2');
    expect(runs.map((run) => run['trades_checked'])).toEqual([5, 4, 3, 2, 1]);
    expect(runs[0]).toMatchObject({ started_at: '2026-01-01T00:05:00.000Z', status: 'complete', requests_used: 0 });
    const issues = await walk('sync-issues?limit=2');
    expect(issues.map((issue) => issue['run_id'])).toEqual(runs.map((run) => run['id']));
    expect(issues[0]).toMatchObject({
      kind: 'missed_fill',
      db_status: 'pending',
      age_hours: '0.125',
      resolved_at: null,
    });
  });
});
