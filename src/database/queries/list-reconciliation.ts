import type { EntityManager } from '@mikro-orm/postgresql';
import type { Page, PageRequest } from '../../ports/page.ts';
import type { IssueFilter, ReconciliationRun } from '../../ports/reconciliation-store.ts';
import type { SyncIssue } from '../../domain/reconciliation/issue.ts';
import { ReconciliationRunEntity } from '../entities/reconciliation-run.ts';
import { SyncIssueEntity, toIssue, type SyncIssueRow } from '../entities/sync-issue.ts';
import { readPage } from './read-page.ts';

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
