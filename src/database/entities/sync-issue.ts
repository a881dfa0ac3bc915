import { defineEntity, p } from '@mikro-orm/postgresql';
import type { TradeStatus } from '../../order/trade.ts';
import type { SyncIssueKind } from '../../ports/reconciliation-store.ts';
import { id, now, numeric, text, timestamp } from '../columns/index.ts';

/** A difference between database and exchange. Unresolved, there is at most one of a kind for the same pair of ids. */
export const SyncIssueEntity = defineEntity({
  name: 'SyncIssue',
  tableName: 'sync_issues',
  properties: {
    id: id(),
    orderId: text().strictNullable(),
    clientOrderId: text().strictNullable(),
    dbStatus: text<TradeStatus>().strictNullable(),
    coinbaseStatus: text().strictNullable(),
    ageHours: numeric().strictNullable(),
    kind: text<SyncIssueKind>(),
    blockedSeconds: numeric().strictNullable(),
    detectedAt: now(),
    resolvedAt: timestamp().strictNullable(),
    resolution: text().strictNullable(),
    /** The `reconciliation_runs` row that found it; null when something else did. */
    runId: p.bigint('string').strictNullable(),
  },
});
