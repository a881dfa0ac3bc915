import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { IssueFilter, NewIssue, UnresolvedIssue } from '../../ports/reconciliation-store.ts';
import type { IssueLevel, SyncIssue } from '../../domain/reconciliation/issue.ts';
import { SyncIssueEntity, toIssue, toUnresolvedIssue, type SyncIssueRow } from '../entities/reconciliation.ts';
import type { Page } from '../../ports/page.ts';
import { readPage } from './read-page.ts';

/** Null when there is an unresolved one of the same difference. */
export async function openIssue(em: EntityManager, runId: string, issue: NewIssue): Promise<SyncIssue | null> {
  const [row] = await em
    .createQueryBuilder(SyncIssueEntity)
    .insert({ ...issue, runId })
    .onConflict()
    .ignore()
    .returning('*')
    .execute('all', false);
  return row === undefined ? null : toIssue(em.map(SyncIssueEntity, row));
}

export async function raiseLevel(em: EntityManager, issueId: string, level: IssueLevel): Promise<void> {
  await em.nativeUpdate(SyncIssueEntity, { id: issueId }, { level });
}

export async function noteRepair(em: EntityManager, issueId: string): Promise<void> {
  await em.execute('update sync_issues set repairs = repairs + 1, repaired_at = clock_timestamp() where id = ?', [
    issueId,
  ]);
}

/** Of earlier runs, oldest first. */
export async function unresolvedIssues(
  em: EntityManager,
  beforeRunId: string,
  after: string | null,
  limit: number,
): Promise<UnresolvedIssue[]> {
  const rows = await em
    .createQueryBuilder(SyncIssueEntity, 'i')
    .select('*')
    .where('i.resolved_at is null and i.id > ?::bigint and (i.run_id is null or i.run_id < ?::bigint)', [
      after ?? '0',
      beforeRunId,
    ])
    .orderBy({ id: 'asc' })
    .limit(limit)
    .getResultList();
  return rows.map(toUnresolvedIssue);
}

/** Null when it was resolved already. */
export async function resolveIssue(
  em: EntityManager,
  issueId: string,
  resolution: string,
  blockedSeconds: string | null,
): Promise<SyncIssue | null> {
  const [row] = await em
    .createQueryBuilder(SyncIssueEntity)
    .update({
      resolution,
      resolvedAt: raw('clock_timestamp()'),
      ...(blockedSeconds !== null && { blockedSeconds }),
    })
    .where({ id: issueId, resolvedAt: null })
    .returning('*')
    .execute('all', false);
  return row === undefined ? null : toIssue(em.map(SyncIssueEntity, row));
}

export async function listIssues(
  em: EntityManager,
  { unresolved = false, ...page }: IssueFilter,
): Promise<Page<SyncIssue>> {
  const { items, nextCursor } = await readPage<SyncIssueRow>(page, {
    timeOf: ({ detectedAt }) => detectedAt,
    read: (limit, after) => {
      const query = em.createQueryBuilder(SyncIssueEntity, 'i').select('*');
      if (unresolved) query.andWhere('i.resolved_at is null');
      if (after !== null) query.andWhere('(i.detected_at, i.id) < (?::timestamptz, ?::bigint)', [after.at, after.id]);
      return query.orderBy({ detectedAt: 'desc', id: 'desc' }).limit(limit).getResultList();
    },
  });
  return { items: items.map(toIssue), nextCursor };
}
