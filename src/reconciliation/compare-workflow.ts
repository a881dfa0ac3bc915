/** A trade beside its workflow. */
import { isEnded, type Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { ISSUE_AFTER_MS } from './ripeness.ts';

/** May an open trade without a workflow be given one? Not while a resumed run could still place the order. */
export function lacksWorkflow(trade: Trade, nowMs: number): boolean {
  const { status, orderId, createdAt, updatedAt, policy } = trade;
  if (isEnded(status) || nowMs - Date.parse(updatedAt) < ISSUE_AFTER_MS) return false;
  const mayBePlaced = orderId === null && nowMs <= Date.parse(createdAt) + policy.placeForMs;
  return !mayBePlaced;
}

/**
 * Is the trade's workflow overdue to end? One that was started after the end, to collect fills that were corrected, has as
 * much time as one that saw it.
 */
export function outlivesTrade(trade: Trade, startedAt: string, nowMs: number): boolean {
  const sinceMs = Math.max(Date.parse(trade.updatedAt), Date.parse(startedAt));
  return isEnded(trade.status) && nowMs - sinceMs >= ISSUE_AFTER_MS;
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
