import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { ReconciliationRun, RunCounts, StartedRun } from '../../ports/reconciliation-store.ts';
import type { ReconciliationStatus } from '../../domain/reconciliation/issue.ts';
import { ReconciliationRunEntity } from '../entities/reconciliation.ts';
import type { Page, PageRequest } from '../../ports/page.ts';
import { readPage } from './read-page.ts';

export async function startRun(em: EntityManager): Promise<StartedRun> {
  const before = await lastCompleteAt(em);
  const [run] = await em.createQueryBuilder(ReconciliationRunEntity).insert({}).returning('*').execute('all', false);
  const { id, startedAt } = mapRun(em, run);
  return { runId: id, startedAt, lastCompleteAt: before };
}

export async function lastCompleteAt(em: EntityManager): Promise<string | null> {
  const last = await em.findOne(ReconciliationRunEntity, { status: 'complete' }, { orderBy: { startedAt: 'desc' } });
  return last?.startedAt ?? null;
}

/** A run that has ended already, because this step was repeated, stays as it is. */
export async function finishRun(
  em: EntityManager,
  runId: string,
  status: ReconciliationStatus,
  counts: RunCounts,
): Promise<ReconciliationRun> {
  const found = raw('(select count(*) from sync_issues where run_id = ?)', [runId]);
  await em
    .createQueryBuilder(ReconciliationRunEntity)
    .update({ ...counts, status, issuesFound: found, finishedAt: raw('clock_timestamp()') })
    .where({ id: runId, finishedAt: null })
    .execute('run', false);
  if (status === 'complete') await em.execute('delete from discrepancies where last_run_id < ?', [runId]);
  return em.findOneOrFail(ReconciliationRunEntity, { id: runId });
}

function mapRun(em: EntityManager, returned: object | undefined): ReconciliationRun {
  if (returned === undefined) throw new Error('a run that was inserted was not returned');
  return em.map(ReconciliationRunEntity, returned);
}

export function listRuns(em: EntityManager, page: PageRequest): Promise<Page<ReconciliationRun>> {
  return readPage(page, {
    timeOf: ({ startedAt }) => startedAt,
    read: (limit, after) => {
      const query = em.createQueryBuilder(ReconciliationRunEntity, 'r').select('*');
      if (after !== null) query.andWhere('(r.started_at, r.id) < (?::timestamptz, ?::bigint)', [after.at, after.id]);
      return query.orderBy({ startedAt: 'desc', id: 'desc' }).limit(limit).getResultList();
    },
  });
}
