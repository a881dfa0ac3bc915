import type { ArchiveBacklog } from './history-archive.ts';
import type { ClockName } from './clocks.ts';
import type { Alert } from '../domain/order/decision.ts';
import type { Trade, TradeStatus } from '../domain/order/trade.ts';
import type { LogProblem, SignedHead } from './transparency-log.ts';
import type { IssueLevel, SyncIssueKind } from '../domain/reconciliation/issue.ts';

/** What reconciliation has to say of an issue. */
export interface IssueAlert {
  stage: 'found' | 'escalated' | 'resolved';
  level: IssueLevel;
  issueId: string;
  kind: SyncIssueKind;
  clientOrderId: string | null;
  orderId: string | null;
  botId: string | null;
  dbStatus: TradeStatus | null;
  exchangeStatus: string | null;
  ageHours: string | null;
  /** A few words: what differs, or how it ended. */
  detail: string;
  /** The order's workflow cannot continue, so that nothing can be asked of it. */
  isStuck: boolean;
}

/** A run that could not do its work as it should. */
export interface RunAlert {
  runId: string;
  status: 'partial' | 'failed';
  gaps: readonly string[];
}

/** An order of which the exchange shows a row that cannot be read: nothing is said of it until it can. */
export interface UnreadableAlert {
  orderId: string;
  problem: string;
}

/** A clock that is too far from ours, or that was and is not any more. */
export interface ClockAlert {
  clock: ClockName;
  /** How far it is ahead of ours; negative where it is behind. */
  offsetMs: number;
  stage: 'found' | 'resolved';
}

/** Something is wrong with the transparency log, or was and is not any more. */
export interface LogAlert {
  problem: LogProblem;
  stage: 'found' | 'resolved';
  detail: string;
}

/** The archive of histories cannot keep up with what Temporal drops, or has not. */
export interface ArchiveAlert {
  /** What the last run could not do; null where it did all it had time for. */
  problem: string | null;
  /** Runs that Temporal had dropped before the last run could archive them. */
  lost: number;
  /** What waits; null where that is not known. */
  backlog: ArchiveBacklog | null;
  /** For how long Temporal keeps a closed run. */
  keptForSeconds: number;
}

/** Somebody outside who alerts when nothing was received for some time: a dead engine cannot. */
export interface Watchdog {
  /** A run of reconciliation has seen everything. Never throws and never waits. */
  runCompleted(): void;
}

/** Alerts an operator to what needs a person. Never throws and never waits: an alert that cannot be delivered harms no order. */
export interface Alerts {
  /** What an order's own workflow says. */
  raise(alert: Alert, trade: Trade): void;
  reportIssue(alert: IssueAlert): void;
  reportRun(alert: RunAlert): void;
  reportUnreadable(alert: UnreadableAlert): void;
  reportClock(alert: ClockAlert): void;
  reportLog(alert: LogAlert): void;
  /** Every hour: no alert, but what has to be out of reach of whoever owns the database. */
  publishHead(head: SignedHead): void;
  reportArchive(alert: ArchiveAlert): void;
}
