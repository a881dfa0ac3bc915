/** What reconciliation calls what it finds; the kinds are the contract's. */
import type { TradeStatus } from '../order/trade.ts';

export const RUN_STATUSES = ['complete', 'partial', 'failed'] as const;
export type ReconciliationStatus = (typeof RUN_STATUSES)[number];

export const ISSUE_KINDS = [
  'missed_fill',
  'missed_cancel',
  'stale',
  'orphan',
  'unknown_at_exchange',
  'no_workflow',
  'ended_but_running',
  'figures_differ',
] as const;
export type SyncIssueKind = (typeof ISSUE_KINDS)[number];

/** A difference between database and exchange; unresolved as long as `resolvedAt` is null. */
export interface SyncIssue {
  id: string;
  orderId: string | null;
  clientOrderId: string | null;
  dbStatus: TradeStatus | null;
  coinbaseStatus: string | null;
  ageHours: string | null;
  kind: SyncIssueKind;
  blockedSeconds: string | null;
  detectedAt: string;
  resolvedAt: string | null;
  resolution: string | null;
  /** The pass that found it; null when something else did. */
  runId: string | null;
}

/** How urgent an issue is: a warning may resolve itself, what is critical needs a person. */
export type IssueLevel = 'warning' | 'critical';
