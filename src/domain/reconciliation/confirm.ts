/** Whether an issue of an earlier run is over. Absence never ends one. */
import { meaningOf, type ExchangeOrder } from '../order/exchange-order.ts';
import { RESOLVED_BY_OPERATOR } from '../order/order-facts.ts';
import { isEnded, type Trade } from '../order/trade.ts';
import type { SyncIssue } from './issue.ts';
import { compareOrder } from './compare-order.ts';
import { endedButRunning, noWorkflow } from './compare-workflow.ts';
import type { Difference } from './difference.ts';
import { staleDifference } from './stale.ts';

/** What is known now of an issue's order. */
export interface Known {
  trade: Trade | null;
  /** Null: not shown, whatever the reason. */
  order: ExchangeOrder | null;
  /** Null: not asked. */
  running: boolean | null;
}

export type Verdict =
  { kind: 'resolved'; resolution: string } | { kind: 'stands'; difference: Difference } | { kind: 'waits' };

const WAITS: Verdict = { kind: 'waits' };

export function judge(issue: SyncIssue, known: Known, nowMs: number): Verdict {
  switch (issue.kind) {
    case 'missed_fill':
    case 'missed_cancel':
    case 'figures_differ':
      return judgeBySight(issue, known, nowMs);
    case 'stale':
      return judgeStale(known, nowMs);
    case 'unknown_at_exchange':
      return judgeUnknown(known);
    case 'orphan':
      return known.trade?.orderId === issue.orderId ? resolved('adopted') : WAITS;
    case 'no_workflow':
      return judgeNoWorkflow(known);
    case 'ended_but_running':
      return judgeRunning(known);
  }
}

/** Issues about a workflow, for which Temporal must be asked. */
export function isAboutWorkflow({ kind }: Pick<SyncIssue, 'kind'>): boolean {
  return kind === 'no_workflow' || kind === 'ended_but_running';
}

function judgeBySight(issue: SyncIssue, { trade, order }: Known, nowMs: number): Verdict {
  if (trade === null) return WAITS;
  if (order === null) {
    // What the exchange said when the issue was found still counts, should it have forgotten the order since.
    const meaning = meaningOf(issue.coinbaseStatus ?? '');
    const isRepaired = issue.kind !== 'figures_differ' && meaning.kind === 'ended' && meaning.as === trade.status;
    return isRepaired ? resolved(howItEnded(trade)) : WAITS;
  }
  const difference = compareOrder(trade, order, nowMs);
  return difference?.kind === issue.kind ? { kind: 'stands', difference } : resolved(howItEnded(trade));
}

function judgeStale({ trade, order }: Known, nowMs: number): Verdict {
  if (trade === null) return WAITS;
  if (isEnded(trade.status)) return resolved(howItEnded(trade));
  const difference = order === null ? staleDifference(trade, null, nowMs) : compareOrder(trade, order, nowMs);
  return difference?.kind === 'stale' ? { kind: 'stands', difference } : resolved(`the trade is ${trade.status} again`);
}

function judgeUnknown({ trade, order }: Known): Verdict {
  if (trade !== null && isEnded(trade.status)) return resolved(howItEnded(trade));
  return order === null ? WAITS : resolved('the exchange shows the order again');
}

function judgeNoWorkflow({ trade, running }: Known): Verdict {
  if (trade !== null && isEnded(trade.status)) return resolved(howItEnded(trade));
  if (running === null || trade === null) return WAITS;
  return running ? resolved('resumed') : { kind: 'stands', difference: noWorkflow(trade) };
}

function judgeRunning({ trade, running }: Known): Verdict {
  if (running === null) return WAITS;
  if (!running) return resolved('the workflow has ended');
  return trade === null ? WAITS : { kind: 'stands', difference: endedButRunning(trade) };
}

function howItEnded({ status, reason, detectedBy }: Trade): string {
  if (reason === RESOLVED_BY_OPERATOR) return `resolved by an operator as ${status}`;
  if (detectedBy === 'reconciliation') return `repaired: ${status}`;
  return detectedBy === null ? `the trade is ${status}` : `settled by ${detectedBy}: ${status}`;
}

function resolved(resolution: string): Verdict {
  return { kind: 'resolved', resolution };
}
