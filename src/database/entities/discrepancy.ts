import { defineEntity, p } from '@mikro-orm/postgresql';
import type { SyncIssueKind } from '../../domain/reconciliation/issue.ts';
import { id, now, text } from '../columns/index.ts';

/** A difference that reconciliation sees, from the first run that saw it to the last; forgotten when a complete run does not. */
export const DiscrepancyEntity = defineEntity({
  name: 'Discrepancy',
  tableName: 'discrepancies',
  properties: {
    id: id(),
    kind: text<SyncIssueKind>(),
    orderId: text().strictNullable(),
    clientOrderId: text().strictNullable(),
    firstSeenAt: now(),
    firstRunId: p.bigint('string'),
    lastRunId: p.bigint('string'),
  },
});
