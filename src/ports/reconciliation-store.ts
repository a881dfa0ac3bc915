/** What reconciliation did and found, as the database has it. */
import type { Layer, Trade } from '../domain/order/trade.ts';
import type { IssueLevel, ReconciliationStatus, SyncIssue, SyncIssueKind } from '../domain/reconciliation/issue.ts';
import type { Page, PageRequest } from './page.ts';

/** One pass. `status` and `finishedAt` are null while it works, and stay so if it died. */
export interface ReconciliationRun {
  id: string;
  startedAt: string;
  finishedAt: string | null;
  status: ReconciliationStatus | null;
  tradesChecked: number;
  ordersSeen: number;
  issuesFound: number;
  issuesResolved: number;
  requestsUsed: number;
}

/** An unresolved issue, and what was done about it so far. */
export interface UnresolvedIssue extends SyncIssue {
  level: IssueLevel;
  /** How often a repair was sent, and when the last time. */
  repairs: number;
  repairedAt: string | null;
}

/** What makes two differences the same one. */
export interface DifferenceKey {
  kind: SyncIssueKind;
  orderId: string | null;
  clientOrderId: string | null;
}

export interface RecordedDiscrepancy {
  firstSeenAt: string;
  /** True when an earlier run has seen it, too. */
  seenBefore: boolean;
  /** The unresolved issue that it is already. */
  issue: { id: string; level: IssueLevel } | null;
}

export type NewIssue = DifferenceKey &
  Pick<SyncIssue, 'dbStatus' | 'coinbaseStatus' | 'ageHours' | 'blockedSeconds'> & { level: IssueLevel };

export interface StartedRun {
  runId: string;
  startedAt: string;
  /** When the last run that saw everything began; null when there was none. */
  lastCompleteAt: string | null;
}

/** What a run counted by itself; what it found is counted from its issues. */
export type RunCounts = Pick<ReconciliationRun, 'tradesChecked' | 'ordersSeen' | 'issuesResolved' | 'requestsUsed'>;

export interface OpenTradesPage {
  trades: Trade[];
  /** Null on the last page. */
  next: OpenTradesCursor | null;
}

/** Those whose bots wait come first: `resting` is false for all that is not an order that may rest, and does. */
export interface OpenTradesCursor {
  resting: boolean;
  id: string;
}

export interface IssueFilter extends PageRequest {
  /** Only unresolved issues. Default false. */
  unresolved?: boolean;
}

/** What happened since a time, for people. */
export interface SyncSummary {
  since: string;
  /** Trades that ended, by the layer that saw it; latency is from the exchange's fill to the release of the bot, for fills. */
  detection: {
    layer: Layer;
    trades: number;
    latencySecondsP50: string | null;
    latencySecondsP99: string | null;
    latencySecondsMax: string | null;
  }[];
  /** By kind; `blockedSeconds` is the time for which bots were blocked without need. */
  issues: { kind: SyncIssueKind; found: number; resolved: number; open: number; blockedSeconds: string }[];
  runs: { complete: number; partial: number; failed: number; unfinished: number; requestsUsed: number };
}

export interface TradeIds {
  orderIds?: readonly string[];
  clientOrderIds: readonly string[];
}

export interface ReconciliationStore {
  /** Newest first. */
  listRuns(page: PageRequest): Promise<Page<ReconciliationRun>>;
  /** Newest first. */
  listIssues(filter: IssueFilter): Promise<Page<SyncIssue>>;
  summarise(since: string): Promise<SyncSummary>;

  startRun(): Promise<StartedRun>;
  /** When the last run that saw everything began. */
  lastCompleteAt(): Promise<string | null>;
  /** Writes the end, once; of a complete run also that what it did not see is over. Answers the row. */
  finishRun(runId: string, status: ReconciliationStatus, counts: RunCounts): Promise<ReconciliationRun>;

  openTrades(after: OpenTradesCursor | null, limit: number): Promise<OpenTradesPage>;
  /** Trades that have one of these ids. */
  tradesOf(ids: TradeIds): Promise<Trade[]>;
  /**
   * Ended trades with an exchange id, by id: those that changed since `changedFrom` and were created before
   * `createdBefore`, and all whose fills are not complete.
   */
  endedTrades(
    filter: { changedFrom: string; createdBefore: string },
    after: string | null,
    limit: number,
  ): Promise<{ trades: Trade[]; next: string | null }>;

  /** Records that the run sees the differences, and answers what is known of each. Without a run nothing is written. */
  recordDiscrepancies(runId: string | null, differences: readonly DifferenceKey[]): Promise<RecordedDiscrepancy[]>;
  /** Opens the issue; null when there is an unresolved one of the same difference. */
  openIssue(runId: string, issue: NewIssue): Promise<SyncIssue | null>;
  raiseLevel(issueId: string, level: IssueLevel): Promise<void>;
  noteRepair(issueId: string): Promise<void>;
  /** Unresolved issues of earlier runs, oldest first. */
  unresolvedIssues(beforeRunId: string, after: string | null, limit: number): Promise<UnresolvedIssue[]>;
  /** Resolves the issue, with the seconds for which a missed fill blocked the bot; null when it was resolved already. */
  resolveIssue(issueId: string, resolution: string, blockedSeconds: string | null): Promise<SyncIssue | null>;
  /** When the trade last passed from a status that blocks to one that does not. */
  releasedAt(clientOrderId: string): Promise<string | null>;
  /** What the order's workflow was started with, from its archived histories; null when there is none. */
  archivedRequest(clientOrderId: string): Promise<unknown>;
}
