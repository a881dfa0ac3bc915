/** What the database knows of the whole deployment at this moment, for whoever watches it. */
import type { OpenStatus } from '../domain/order/trade.ts';
import type { SyncIssueKind } from '../domain/reconciliation/issue.ts';
import type { ArchiveBacklog } from './history-archive.ts';

/** How many there are, and how old the oldest is; 0 where there is none. */
export interface Group {
  count: number;
  oldestSeconds: number;
}

export interface EngineCounts {
  /** Every status and every kind is there. */
  openOrders: Record<OpenStatus, Group>;
  openIssues: Record<SyncIssueKind, Group>;
  /** In force: of one bot each, and of everything. */
  halts: { bot: number; all: number };
  /** When the last run of reconciliation that saw everything began; null when there was none. */
  lastCompleteRunAt: string | null;
  archive: ArchiveBacklog;
}
