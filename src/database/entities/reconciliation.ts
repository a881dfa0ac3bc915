import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { IssueLevel, ReconciliationStatus, SyncIssue, SyncIssueKind } from '../../domain/reconciliation/issue.ts';
import { id, now, numeric, text, timestamp } from '../columns/index.ts';
import type { TradeStatus } from '../../domain/order/trade.ts';
import type { UnresolvedIssue } from '../../ports/reconciliation-store.ts';

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
    level: text<IssueLevel>(),
    /** How often a repair was sent, and when the last time. */
    repairs: p.integer().default(0),
    repairedAt: timestamp().strictNullable(),
  },
});

export type SyncIssueRow = InferEntity<typeof SyncIssueEntity>;

/** The row as lists show it. */
export function toIssue({
  level: _level,
  repairs: _repairs,
  repairedAt: _repairedAt,
  ...issue
}: SyncIssueRow): SyncIssue {
  return issue;
}

/** The row with what was done about it. */
export function toUnresolvedIssue(row: SyncIssueRow): UnresolvedIssue {
  return { ...row };
}

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
