import type { EntityManager } from '@mikro-orm/postgresql';
import type { ArchiveBacklog, ArchivedRun, NotedRun, WaitingPage } from '../../ports/history-archive.ts';
import { storable } from '../columns/storable.ts';
import { toArchivedRun, WorkflowHistoryEntity } from '../entities/archive.ts';
import { placeholders, readRow, storeFields } from './plain-row.ts';

/**
 * A run closes no later than the next run of its order begins, and the last one about when the trade ends: both are known
 * here, so that Temporal need not be asked for what has closed. `closed_at` is null of what may still run. Each trade is looked
 * for by itself (joined, all might be read), and what was lost, which stays for good, is passed over.
 */
const NOTED = `
  select u.client_order_id, u.run_id, u.noted_at,
    coalesce(
      (select min(n.noted_at) from unarchived_runs n
       where n.client_order_id = u.client_order_id and (n.noted_at, n.run_id) > (u.noted_at, u.run_id)),
      case when t.status not in ('placing', 'pending', 'stale') then coalesce(t.ended_at, t.updated_at) end
    ) as closed_at
  from unarchived_runs u cross join lateral (
    select status, ended_at, updated_at from trades where client_order_id = u.client_order_id offset 0
  ) t
  where u.lost_at is null`;

export async function archivedRuns(em: EntityManager, clientOrderIds: readonly string[]): Promise<ArchivedRun[]> {
  if (clientOrderIds.length === 0) return [];
  const rows = await em.execute<object[]>(
    `select * from workflow_histories where client_order_id in (${placeholders(clientOrderIds)}) order by started_at, id`,
    clientOrderIds.map(storable),
  );
  return rows.map((row) => toArchivedRun(readRow(em, WorkflowHistoryEntity, row)));
}

export async function noteRun(em: EntityManager, { clientOrderId, runId }: NotedRun): Promise<void> {
  await em.execute(
    `insert into unarchived_runs (client_order_id, run_id) select ?, ?
     where not exists (select from workflow_histories where client_order_id = ? and run_id = ?)
     on conflict do nothing`,
    [clientOrderId, runId, clientOrderId, runId],
  );
}

export async function notedRuns(em: EntityManager, clientOrderIds: readonly string[]): Promise<NotedRun[]> {
  if (clientOrderIds.length === 0) return [];
  const rows = await em.execute<RunRow[]>(
    `select client_order_id, run_id from unarchived_runs where client_order_id in (${placeholders(clientOrderIds)})
     order by noted_at, run_id`,
    clientOrderIds.map(storable),
  );
  return rows.map(toNotedRun);
}

export async function waitingRuns(em: EntityManager, from: string | null, limit: number): Promise<WaitingPage> {
  const [notedAt, runId] = from?.split('/') ?? ['-infinity', ''];
  const rows = await em.execute<(RunRow & { place: string })[]>(
    `select client_order_id, run_id, noted_at::text || '/' || run_id as place from (${NOTED}) noted
     where closed_at is not null and (noted_at, run_id) > (?::timestamptz, ?)
     order by noted_at, run_id limit ?`,
    [notedAt, runId, limit],
  );
  return {
    runs: rows.map(toNotedRun),
    next: rows.length === limit ? (rows.at(-1)?.place ?? null) : null,
  };
}

export async function archiveBacklog(em: EntityManager): Promise<ArchiveBacklog> {
  const [row] = await em.execute<ArchiveBacklog[]>(
    `select count(*)::integer as runs,
       coalesce(extract(epoch from clock_timestamp() - min(closed_at)), 0)::double precision as "oldestSeconds",
       (select count(*)::integer from unarchived_runs where lost_at > now() - interval '7 days') as lost
     from (${NOTED}) noted where closed_at is not null`,
  );
  return row ?? { runs: 0, oldestSeconds: 0, lost: 0 };
}

export async function lastArchivedAt(em: EntityManager): Promise<string | null> {
  const fields = ['archivedAt'] as const;
  const [last] = await em.find(WorkflowHistoryEntity, {}, { fields, orderBy: { id: 'desc' }, limit: 1 });
  return last?.archivedAt ?? null;
}

export async function addRun(em: EntityManager, run: Omit<ArchivedRun, 'archivedAt'>): Promise<void> {
  const { columns, values } = storeFields(em, WorkflowHistoryEntity, { ...run, history: Buffer.from(run.history) });
  await em.execute(
    `with done as (delete from unarchived_runs where client_order_id = ? and run_id = ?)
     insert into workflow_histories (${columns.join(', ')}) values (${placeholders(values)}) on conflict do nothing`,
    [run.clientOrderId, run.runId, ...values],
  );
}

export async function markLost(em: EntityManager, { clientOrderId, runId }: NotedRun): Promise<void> {
  await em.execute(
    `update unarchived_runs set lost_at = clock_timestamp()
     where client_order_id = ? and run_id = ? and lost_at is null`,
    [clientOrderId, runId],
  );
}

export async function deleteRunsOlderThan(em: EntityManager, days: number, limit: number): Promise<number> {
  const deleted = await em.execute<object[]>(
    `with expired as (
       delete from workflow_histories where id in (
         select id from workflow_histories where closed_at < statement_timestamp() - ? * interval '1 day'
         order by closed_at, id limit ?)
       returning *
     )
     insert into archive_deletions (client_order_id, workflow_id, run_id, closed_at, archived_at, sha256, reason)
     select client_order_id, workflow_id, run_id, closed_at, archived_at, sha256, ? from expired order by id
     returning id`,
    [days, limit, `closed more than ${days} days before`],
  );
  return deleted.length;
}

interface RunRow {
  client_order_id: string;
  run_id: string;
}

function toNotedRun({ client_order_id: clientOrderId, run_id: runId }: RunRow): NotedRun {
  return { clientOrderId, runId };
}
