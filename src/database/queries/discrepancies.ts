import type { EntityManager } from '@mikro-orm/postgresql';
import type { DifferenceKey, RecordedDiscrepancy } from '../../ports/reconciliation-store.ts';
import type { IssueLevel } from '../../domain/reconciliation/issue.ts';
import { utcTime } from '../columns/index.ts';

interface DiscrepancyRow {
  position: number;
  first_seen_at: string | null;
  first_run_id: string | null;
  issue_id: string | null;
  issue_level: IssueLevel | null;
}

/** The differences as a table with their positions; the parameter is JSON, because there may be hundreds. */
const SEEN = `select (ordinality - 1)::integer as position, value->>'kind' as kind,
    value->>'orderId' as order_id, value->>'clientOrderId' as client_order_id
  from jsonb_array_elements(?::jsonb) with ordinality`;

const SAME = (a: string, b: string): string =>
  `${a}.kind = ${b}.kind and coalesce(${a}.order_id, '') = coalesce(${b}.order_id, '')
   and coalesce(${a}.client_order_id, '') = coalesce(${b}.client_order_id, '')`;

/** Records that the run sees the differences, and answers what is known of each. Without a run nothing is written. */
export async function recordDiscrepancies(
  em: EntityManager,
  runId: string | null,
  differences: readonly DifferenceKey[],
): Promise<RecordedDiscrepancy[]> {
  if (differences.length === 0) return [];
  const keys = differences.map(({ kind, orderId, clientOrderId }) => ({ kind, orderId, clientOrderId }));
  const seen = JSON.stringify(keys);
  if (runId !== null) {
    await em.execute(
      `insert into discrepancies (kind, order_id, client_order_id, first_run_id, last_run_id)
       select distinct kind, order_id, client_order_id, ?::bigint, ?::bigint from (${SEEN}) seen order by 1, 2, 3
       on conflict (kind, coalesce(order_id, ''), coalesce(client_order_id, ''))
       do update set last_run_id = greatest(discrepancies.last_run_id, excluded.last_run_id)`,
      [runId, runId, seen],
    );
  }
  const rows = await em.execute<DiscrepancyRow[]>(
    `select seen.position, d.first_seen_at::text, d.first_run_id, i.id as issue_id, i.level as issue_level
     from (${SEEN}) seen
     left join discrepancies d on ${SAME('d', 'seen')}
     left join sync_issues i on ${SAME('i', 'seen')} and i.resolved_at is null
     order by seen.position`,
    [seen],
  );
  return rows.map((row) => toDiscrepancy(row, runId));
}

function toDiscrepancy(
  { first_seen_at, first_run_id, issue_id, issue_level }: DiscrepancyRow,
  runId: string | null,
): RecordedDiscrepancy {
  return {
    firstSeenAt: first_seen_at === null ? new Date().toISOString() : utcTime(first_seen_at),
    seenBefore: first_run_id !== null && String(first_run_id) !== runId,
    issue: issue_id === null || issue_level === null ? null : { id: String(issue_id), level: issue_level },
  };
}
