/** Whether an issue of an earlier run is over. Absence never ends one. */
import { meaningOf, type ExchangeOrder } from '../order/exchange-order.ts';
import { RESOLVED_BY_OPERATOR } from '../order/decisions/end.ts';
import { isEnded, type Trade } from '../order/trade.ts';
import type { SyncIssue } from './issue.ts';
import { compareOrder } from './compare-order.ts';
import { endedButRunning, noWorkflow, stuckWorkflow } from './compare-workflow.ts';
import type { Difference } from './difference.ts';
import { staleDifference } from './stale.ts';

/** What is known now of an issue's order. */
export interface Known {
  trade: Trade | null;
  /** Null: not shown, whatever the reason. */
  order: ExchangeOrder | null;
  /** Null: not asked. */
  running: boolean | null;
  /** Why the running workflow cannot continue; null: it can, or was not asked. */
  stuck: string | null;
}

export type IssueCheck =
  | { kind: 'resolved'; resolution: string }
  /** The difference is still there. */
  | { kind: 'persists'; difference: Difference }
  /** Nothing can be said now. */
  | { kind: 'undecided' };

const UNDECIDED: IssueCheck = { kind: 'undecided' };

export function checkIssue(issue: SyncIssue, known: Known, nowMs: number): IssueCheck {
  switch (issue.kind) {
    case 'missed_fill':
    case 'missed_cancel':
    case 'figures_differ':
      return checkComparison(issue, known, nowMs);
    case 'stale':
      return checkStale(known, nowMs);
    case 'unknown_at_exchange':
      return checkUnknown(known);
    case 'orphan':
      return known.trade?.orderId === issue.orderId ? resolved('adopted') : UNDECIDED;
    case 'no_workflow':
      return checkNoWorkflow(known);
    case 'ended_but_running':
      return checkRunning(known);
  }
}

/** Issues about a workflow, for which Temporal must be asked. */
export function isAboutWorkflow({ kind }: Pick<SyncIssue, 'kind'>): boolean {
  return kind === 'no_workflow' || kind === 'ended_but_running';
}

function checkComparison(issue: SyncIssue, { trade, order }: Known, nowMs: number): IssueCheck {
  if (trade === null) return UNDECIDED;
  if (order === null) {
    // What the exchange said when the issue was found still counts, should it have purged the order since.
    const meaning = meaningOf(issue.coinbaseStatus ?? '');
    const isRepaired = issue.kind !== 'figures_differ' && meaning.kind === 'ended' && meaning.as === trade.status;
    return isRepaired ? resolved(howItEnded(trade)) : UNDECIDED;
  }
  const difference = compareOrder(trade, order, nowMs);
  return difference?.kind === issue.kind ? { kind: 'persists', difference } : resolved(howItEnded(trade));
}

function checkStale({ trade, order }: Known, nowMs: number): IssueCheck {
  if (trade === null) return UNDECIDED;
  if (isEnded(trade.status)) return resolved(howItEnded(trade));
  const difference = order === null ? staleDifference(trade, null, nowMs) : compareOrder(trade, order, nowMs);
  return difference?.kind === 'stale'
    ? { kind: 'persists', difference }
    : resolved(`the trade is ${trade.status} again`);
}

function checkUnknown({ trade, order }: Known): IssueCheck {
  if (trade !== null && isEnded(trade.status)) return resolved(howItEnded(trade));
  return order === null ? UNDECIDED : resolved('the exchange shows the order again');
}

function checkNoWorkflow({ trade, running, stuck }: Known): IssueCheck {
  if (trade !== null && isEnded(trade.status)) return resolved(howItEnded(trade));
  if (running === null || trade === null) return UNDECIDED;
  if (stuck !== null) return { kind: 'persists', difference: stuckWorkflow(trade, stuck) };
  return running ? resolved('resumed') : { kind: 'persists', difference: noWorkflow(trade) };
}

function checkRunning({ trade, running }: Known): IssueCheck {
  if (running === null) return UNDECIDED;
  if (!running) return resolved('the workflow has ended');
  return trade === null ? UNDECIDED : { kind: 'persists', difference: endedButRunning(trade) };
}

function howItEnded({ status, reason, detectedBy }: Trade): string {
  if (reason === RESOLVED_BY_OPERATOR) return `resolved by an operator as ${status}`;
  if (detectedBy === 'reconciliation') return `repaired: ${status}`;
  return detectedBy === null ? `the trade is ${status}` : `settled by ${detectedBy}: ${status}`;
}

function resolved(resolution: string): IssueCheck {
  return { kind: 'resolved', resolution };
}
