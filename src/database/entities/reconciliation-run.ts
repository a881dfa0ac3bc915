import { defineEntity, p } from '@mikro-orm/postgresql';
import type { ReconciliationStatus } from '../../domain/reconciliation/issue.ts';
import { id, now, text, timestamp } from '../columns/index.ts';

/** One pass of reconciliation. `status` and `finishedAt` are null while it works, and stay so if it died. */
export const ReconciliationRunEntity = defineEntity({
  name: 'ReconciliationRun',
  tableName: 'reconciliation_runs',
  properties: {
    id: id(),
    startedAt: now(),
    finishedAt: timestamp().strictNullable(),
    status: text<ReconciliationStatus>().strictNullable(),
    tradesChecked: p.integer().default(0),
    ordersSeen: p.integer().default(0),
    issuesFound: p.integer().default(0),
    issuesResolved: p.integer().default(0),
    requestsUsed: p.integer().default(0),
  },
});
