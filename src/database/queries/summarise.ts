import type { EntityManager } from '@mikro-orm/postgresql';
import type { Layer } from '../../domain/order/trade.ts';
import type { SyncSummary } from '../../ports/reconciliation-store.ts';
import type { ReconciliationStatus, SyncIssueKind } from '../../domain/reconciliation/issue.ts';

/** What happened since a time: detection, issues and runs. */
export async function summarise(em: EntityManager, since: string): Promise<SyncSummary> {
  const detection = await em.execute<DetectionRow[]>(DETECTION, [since]);
  const issues = await em.execute<IssueRow[]>(ISSUES, [since]);
  const runs = await em.execute<RunRow[]>(RUNS, [since]);
  const count = (status: ReconciliationStatus | null): number => runs.find((row) => row.status === status)?.count ?? 0;
  return {
    since,
    detection: detection.map(({ layer, trades, p50, p99, most }) => ({
      layer,
      trades,
      latencySecondsP50: p50,
      latencySecondsP99: p99,
      latencySecondsMax: most,
    })),
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

interface DetectionRow {
  layer: Layer;
  trades: number;
  p50: string | null;
  p99: string | null;
  most: string | null;
}

/** From the exchange's time of the fill to the event that released the bot. */
const DETECTION = `
  with ended as (
    select t.detected_by, t.status, t.filled_at, (
      select e.at from order_events e
      where e.client_order_id = t.client_order_id and e.from_status <> e.to_status and e.to_status = t.status
      order by e.id desc limit 1
    ) as released_at
    from trades t
    where t.status not in ('placing', 'pending', 'stale') and t.updated_at >= ?::timestamptz and t.detected_by is not null
  ), measured as (
    select detected_by, case when status = 'completed'
      then greatest(0, extract(epoch from released_at - filled_at)) end as latency
    from ended
  )
  select detected_by as layer, count(*)::integer as trades,
    round(percentile_cont(0.5) within group (order by latency)::numeric, 3)::text as p50,
    round(percentile_cont(0.99) within group (order by latency)::numeric, 3)::text as p99,
    round(max(latency)::numeric, 3)::text as most
  from measured group by detected_by order by detected_by`;

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
