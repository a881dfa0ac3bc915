/** A trade beside its workflow. */
import { isEnded, type Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { ISSUE_AFTER_MS } from './ripeness.ts';

/** A workflow that finds its trade ended and whole answers, or says in the row that it is not whole, within this time. */
const ANSWER_NEEDS_MS = 10_000;

/** May an open trade without a workflow be given one? Not while a resumed run could still place the order. */
export function lacksWorkflow(trade: Trade, nowMs: number): boolean {
  const { status, orderId, createdAt, updatedAt, policy } = trade;
  if (isEnded(status) || nowMs - Date.parse(updatedAt) < ISSUE_AFTER_MS) return false;
  const mayBePlaced = orderId === null && nowMs <= Date.parse(createdAt) + policy.placeForMs;
  return !mayBePlaced;
}

/**
 * Is the trade's workflow overdue to end? Not if it was started after the end and hardly before the run, or by the run
 * itself: a repair starts one to collect corrected fills, and a manual sync to answer.
 */
export function outlivesTrade(trade: Trade, startedAt: string, run: { startedAt: string }, nowMs: number): boolean {
  const runsForMs = Date.parse(run.startedAt) - Date.parse(startedAt);
  const needsMs = trade.fillsComplete ? ANSWER_NEEDS_MS : ISSUE_AFTER_MS;
  return isEnded(trade.status) && nowMs - Date.parse(trade.updatedAt) >= ISSUE_AFTER_MS && runsForMs >= needsMs;
}

export function noWorkflow(trade: Trade): Difference {
  return {
    ...about(trade, null),
    kind: 'no_workflow',
    level: 'warning',
    since: trade.updatedAt,
    detail: 'no workflow watches the open trade',
    repair: { kind: 'resume' },
  };
}

export function endedButRunning(trade: Trade): Difference {
  return {
    ...about(trade, null),
    kind: 'ended_but_running',
    level: 'warning',
    since: trade.updatedAt,
    detail: `the trade is ${trade.status}, but its workflow still runs`,
    repair: { kind: 'nudge' },
  };
}

/** A workflow that runs for a client order id of which the database has no row. */
export function runningWithoutTrade(clientOrderId: string, startedAt: string): Difference {
  return {
    kind: 'ended_but_running',
    level: 'critical',
    clientOrderId,
    orderId: null,
    botId: null,
    dbStatus: null,
    exchangeStatus: null,
    since: startedAt,
    createdAt: startedAt,
    rowAsOf: null,
    detail: 'a workflow runs for an order that the database does not have',
    repair: { kind: 'none' },
  };
}
