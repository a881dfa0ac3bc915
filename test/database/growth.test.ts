/** With few rows nothing is slow: so a test looks at how PostgreSQL carries out what it is asked all day. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fillDatabase } from '../../bench/growth/fill.ts';
import { HOT_QUERIES } from '../../bench/growth/hot-queries.ts';
import { openPlanner, type Planner } from '../../bench/growth/plans.ts';
import { drawSamples, type Sample } from '../../bench/growth/samples.ts';
import { openSql, type Sql } from '../../bench/world.ts';
import type { Database } from '../../src/database/database.ts';
import { migratedDatabase } from './fixtures.ts';

/** Enough for an index to be the better way wherever there is one. */
const TRADES = 12_000;

let db: Database;
let sql: Sql;
let planner: Planner;
let sample: Sample;
beforeAll(async () => {
  const migrated = await migratedDatabase();
  ({ db } = migrated);
  sql = openSql(migrated.url, { isPatient: true });
  await fillDatabase(sql, { trades: TRADES, onProgress: () => {} });
  [sample] = (await drawSamples(sql, 1)) as [Sample];
  planner = await openPlanner(migrated.url, sql, TRADES);
});
afterAll(async () => {
  await planner?.close();
  await Promise.all([sql?.close(), db?.close()]);
});

describe('what is read part by part', () => {
  it('adds up in a report: by layer, with the percentiles of all', async () => {
    const { detection } = await db.reconciliations.summarise('2000-01-01T00:00:00Z');
    const expected = await sql.query(
      `select detected_by as layer, count(*)::integer as trades,
         round(percentile_cont(0.5) within group (order by latency)::numeric, 3)::text as "latencySecondsP50",
         round(percentile_cont(0.99) within group (order by latency)::numeric, 3)::text as "latencySecondsP99",
         round(max(latency)::numeric, 3)::text as "latencySecondsMax"
       from (
         select detected_by, case when status = 'completed' then greatest(0, extract(epoch from (
           select max(at) from order_events e where e.client_order_id = t.client_order_id and from_status <> to_status
         ) - filled_at)) end as latency
         from trades t where detected_by is not null
       ) ended group by 1 order by 1`,
    );
    expect(detection).toEqual(expected);
    expect(detection.map(({ layer }) => layer)).toContain('manual-sync');
  });

  it('includes every row before the last leaf, if one was never logged', async () => {
    expect(await db.log.unlogged(5)).toEqual([]);
    const [smuggled] = await sql.query<{ id: string }>(
      `insert into order_events (client_order_id, to_status, state, cause, source, written_in)
       select ?, 'completed', 'completed', 'observed', 'look', written_in from order_events order by written_in, id limit 1
       returning id`,
      [sample.clientOrderId],
    );
    expect(await db.log.unlogged(5)).toEqual([{ kind: 'event', ref: String(smuggled?.id) }]);
  });
});

describe('tables that grow with the orders are neither read nor sorted as a whole', () => {
  it.each(HOT_QUERIES.map((query) => [`${query.area}: ${query.name}`, query] as const))('for %s', async (_, query) => {
    const { mainNode, faults } = await planner.judge((watched) => query.run(watched, sample));
    expect({ mainNode, faults }).toEqual({ mainNode: expect.any(String), faults: [] });
  });

  it('for the first characters of an id, whatever the collation of the database', async () => {
    const collations = await sql.query(`select distinct collation_name from information_schema.columns
      where table_schema = 'public' and column_name in ('client_order_id', 'order_id')`);
    expect(collations).toEqual([{ collation_name: 'C' }]);
  });

  it('unless there is no index for it', async () => {
    await sql.query('drop index trades_newest_idx');
    const { faults } = await planner.judge((watched) => watched.trades.list({}));
    expect(faults).toEqual(['reads all of trades', expect.stringMatching(/^sorts 1\d{4} rows$/)]);
  });
});
