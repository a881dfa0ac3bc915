import type { EntityManager } from '@mikro-orm/postgresql';
import type { Layer } from '../../domain/order/trade.ts';
import type { SyncSummary } from '../../ports/reconciliation-store.ts';
import type { ReconciliationStatus, SyncIssueKind } from '../../domain/reconciliation/issue.ts';

/** What happened since a time: detection, issues and runs, as they are at one moment. In a transaction. */
export async function summarise(em: EntityManager, since: string): Promise<SyncSummary> {
  await em.execute('set transaction isolation level repeatable read');
  const detection = await detected(em, since);
  const issues = await em.execute<IssueRow[]>(ISSUES, [since]);
  const runs = await em.execute<RunRow[]>(RUNS, [since]);
  const count = (status: ReconciliationStatus | null): number => runs.find((row) => row.status === status)?.count ?? 0;
  return {
    since,
    detection,
    issues: issues.map(({ blocked, ...row }) => ({ ...row, blockedSeconds: blocked })),
    runs: {
      complete: count('complete'),
      partial: count('partial'),
      failed: count('failed'),
      unfinished: count(null),
      requestsUsed: runs.reduce((sum, { requests }) => sum + requests, 0),
    },
  };
}

interface DetectionPart {
  layer: Layer;
  trades: number;
  /** Of those that were filled. */
  latencies: number[];
  last_updated_at: string;
  last_id: string;
}

/** By the layer that saw their end, a part after the other: each a statement that takes its time however much is asked for. */
async function detected(em: EntityManager, since: string): Promise<SyncSummary['detection']> {
  const layers = new Map<Layer, { trades: number; latencies: number[] }>();
  for (let from: string[] | null = [since, '0']; from !== null;) {
    const parts: DetectionPart[] = await em.execute<DetectionPart[]>(DETECTION, from);
    for (const { layer, trades, latencies } of parts) {
      const known = layers.get(layer) ?? { trades: 0, latencies: [] };
      known.trades += trades;
      known.latencies.push(...latencies);
      layers.set(layer, known);
    }
    const [last] = parts;
    from = last === undefined ? null : [last.last_updated_at, last.last_id];
  }
  return [...layers]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([layer, { trades, latencies }]) => {
      const sorted = latencies.toSorted((a, b) => a - b);
      return {
        layer,
        trades,
        latencySecondsP50: percentile(sorted, 0.5),
        latencySecondsP99: percentile(sorted, 0.99),
        latencySecondsMax: percentile(sorted, 1),
      };
    });
}

/** Between the two that are nearest, as PostgreSQL's percentile_cont has it. */
function percentile(sorted: readonly number[], part: number): string | null {
  const place = (sorted.length - 1) * part;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) return null;
  return (below + (above - below) * (place - Math.floor(place))).toFixed(3);
}

const TRADES_A_PART = 5_000;

/** From the exchange's time of the fill to the event that released the bot; not known any more of an order that was moved out. */
const DETECTION = `
  with part as materialized (
    select id, updated_at, client_order_id, status, detected_by, filled_at from trades
    where status not in ('placing', 'pending', 'stale') and detected_by is not null
      and (updated_at, id) > (?::timestamptz, ?::bigint)
    order by updated_at, id limit ${TRADES_A_PART}
  ), last as (
    select updated_at, id from part order by updated_at desc, id desc limit 1
  ), measured as (
    select detected_by, case when status = 'completed' then (
      select greatest(0, extract(epoch from e.at - filled_at)) from order_events e
      where e.client_order_id = part.client_order_id and e.from_status <> e.to_status and e.to_status = part.status
      order by e.id desc limit 1
    ) end as latency
    from part
  )
  select detected_by as layer, count(*)::integer as trades,
    coalesce(array_agg(latency::double precision) filter (where latency is not null), '{}') as latencies,
    (select updated_at::text from last) as last_updated_at, (select id::text from last) as last_id
  from measured group by detected_by`;

interface IssueRow {
  kind: SyncIssueKind;
  found: number;
  resolved: number;
  open: number;
  blocked: string;
}

const ISSUES = `
  select kind, count(*)::integer as found, count(resolved_at)::integer as resolved,
    (count(*) - count(resolved_at))::integer as open, coalesce(sum(blocked_seconds), 0)::text as blocked
  from sync_issues where detected_at >= ?::timestamptz group by kind order by kind`;

interface RunRow {
  status: ReconciliationStatus | null;
  count: number;
  requests: number;
}

const RUNS = `
  select status, count(*)::integer as count, sum(requests_used)::integer as requests
  from reconciliation_runs where started_at >= ?::timestamptz group by status`;
