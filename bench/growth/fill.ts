/** Fills a newly migrated database as a deployment would after a year of trading. */
import type { Sql } from '../world.ts';
import { makeOrders } from './orders.ts';
import { withoutIndexes } from './without-indexes.ts';

export interface FillOptions {
  trades: number;
  /** Trades, each with everything that belongs to it. */
  chunk?: number;
  onProgress: (line: string) => void;
  signal?: AbortSignal;
}

/** The only one: all other halts have ended. */
export const HALTED_BOT = 'bot170';

const LARGE_TABLES = [
  'trades',
  'order_events',
  'fills',
  'workflow_histories',
  'log_leaves',
  'log_nodes',
  'reconciliation_runs',
  'sync_issues',
];

/** One run of reconciliation for ten trades, and an issue for 250; of the issues twelve are unresolved. */
const OTHERS = [
  `insert into reconciliation_runs (started_at, finished_at, status, trades_checked, orders_seen)
   select ?::timestamptz - interval '365 days' * (1 - k * 10 / ?::float8), ?::timestamptz,
     case when k % 50 = 0 then 'partial' else 'complete' end, 1000, 1000
   from generate_series(1, ?::bigint / 10) k`,
  `insert into sync_issues (order_id, client_order_id, db_status, coinbase_status, kind, detected_at, resolved_at, resolution, run_id)
   select order_id, client_order_id, 'pending', 'FILLED', 'missed_fill', ended_at,
     case when id < ?::bigint - 3000 or id % 250 <> 1 then ended_at end, 'repaired', 1 + id / 20
   from trades where id % 250 = 1 and ended_at is not null order by id`,
  `insert into halts (bot_id, since, requested_by, reason, cancel_open, resumed_at)
   select 'bot' || k, ?::timestamptz - interval '1 day', 'alice', 'made up', false, case when 'bot' || k <> '${HALTED_BOT}' then ?::timestamptz end
   from generate_series(1, 170) k`,
  `insert into clock_offsets (process, clock, offset_ms, measured_at)
   select 'worker-' || k % 3, case when k % 2 = 0 then 'database' else 'exchange' end, k % 20, ?::timestamptz - k * interval '20 minutes'
   from generate_series(1, 26000) k`,
];

/** As if the oldest twentieth had been moved out. Their rows are left: what is measured is that they are looked up. */
const MOVED = [
  `insert into moved_orders (client_order_id, order_id, bundle_sha256, events, fills, histories, leaves)
   select client_order_id, order_id, repeat('0', 64), 6, 1, 0, '[]' from trades
   where id <= ?::bigint / 20 and ended_at is not null order by id`,
  `insert into log_leaves (index, kind, ref, hash, written_in, row_id)
   select (select max(index) from log_leaves) + row_number() over (order by id), 'move', id::text, sha256(int8send(id)), written_in, id
   from moved_orders`,
];

/** A level of the tree above its leaves. */
const NODES = `
  insert into log_nodes (level, index, hash)
  select ?::integer, i, sha256(int8send(i)) from generate_series(?::bigint, ?::bigint) i`;
const NODES_A_STATEMENT = 2_000_000;

export async function fillDatabase(
  sql: Pick<Sql, 'query'>,
  { trades, chunk = 20_000, onProgress, signal }: FillOptions,
): Promise<void> {
  const [clock] = await sql.query<{ now: string }>('select clock_timestamp()::text as now');
  const until = clock?.now ?? '';
  await withoutIndexes(sql, LARGE_TABLES, {
    onProgress,
    load: async () => {
      for (let from = 1; from <= trades; from += chunk) {
        signal?.throwIfAborted();
        const to = Math.min(trades, from + chunk - 1);
        await makeOrders(sql, { from, to, trades, until });
        if (to === trades || to % (chunk * 10) === 0) onProgress(`${to.toLocaleString('en')} trades`);
      }
      const [runs = '', issues = '', halts = '', offsets = ''] = OTHERS;
      await sql.query(runs, [until, trades, until, trades]);
      await sql.query(issues, [trades]);
      await sql.query(halts, [until, until]);
      await sql.query(offsets, [until]);
      const [moved = '', leaves = ''] = MOVED;
      await sql.query(moved, [trades]);
      await sql.query(leaves);
      await makeNodes(sql);
    },
  });
  onProgress('analysing the tables');
  await sql.query('vacuum analyze');
}

async function makeNodes(sql: Pick<Sql, 'query'>): Promise<void> {
  const [row] = await sql.query<{ leaves: string }>('select max(index) + 1 as leaves from log_leaves');
  let nodes = Math.floor(Number(row?.leaves) / 2);
  for (let level = 1; nodes > 0; level += 1, nodes = Math.floor(nodes / 2)) {
    for (let from = 0; from < nodes; from += NODES_A_STATEMENT) {
      await sql.query(NODES, [level, from, Math.min(nodes, from + NODES_A_STATEMENT) - 1]);
    }
  }
}
