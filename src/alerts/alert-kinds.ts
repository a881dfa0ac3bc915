/** Every kind of alert and how urgent it can be, for metrics and for whoever sorts alerts by them. */
import type { Alert } from '../domain/order/decision.ts';
import type { SyncIssueKind } from '../domain/reconciliation/issue.ts';
import type { RunAlert } from '../ports/alerts.ts';
import type { LogProblem } from '../ports/transparency-log.ts';

export type AlertLevel = 'info' | 'warning' | 'critical';

export type AlertKind =
  | Alert['kind']
  | SyncIssueKind
  | `reconciliation-${RunAlert['status']}`
  | 'order-unreadable'
  | 'clock-offset'
  | 'archive-lost'
  | 'archive-late'
  | 'archive-problem'
  | `log-${LogProblem}`
  | 'log-head';

/** An issue is reported when it is found, when it persists after a repair, and when it is over. */
const OF_ISSUE = ['info', 'warning', 'critical'] as const;
const FOUND_AND_OVER = ['warning', 'info'] as const;

export const ALERT_LEVELS: Readonly<Record<AlertKind, readonly AlertLevel[]>> = {
  'unknown-status': ['warning'],
  contradiction: ['warning'],
  corrected: ['warning'],
  'fills-incomplete': ['info'],
  'intent-mismatch': ['warning'],
  missed_fill: OF_ISSUE,
  missed_cancel: OF_ISSUE,
  stale: OF_ISSUE,
  orphan: OF_ISSUE,
  unknown_at_exchange: OF_ISSUE,
  no_workflow: OF_ISSUE,
  ended_but_running: OF_ISSUE,
  figures_differ: OF_ISSUE,
  'reconciliation-partial': ['warning'],
  'reconciliation-failed': ['warning'],
  'order-unreadable': ['warning'],
  'clock-offset': FOUND_AND_OVER,
  'archive-lost': ['critical'],
  'archive-late': ['warning'],
  'archive-problem': ['warning'],
  'log-behind': FOUND_AND_OVER,
  'log-contradiction': ['critical', 'info'],
  'log-unsigned': ['critical', 'info'],
  'log-head': ['info'],
};
