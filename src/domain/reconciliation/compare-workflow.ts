/** A trade beside its workflow. */
import { isEnded, placementWindowEndMs, type Trade } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { gracePeriodMs } from './grace-period.ts';

/** A workflow that is started after its trade's end answers within this time. */
const ANSWER_NEEDS_MS = 10_000;

/** May an open trade without a workflow be given one? Not while a resumed run could still place the order. */
export function lacksWorkflow(trade: Trade, nowMs: number): boolean {
  const { status, orderId, updatedAt } = trade;
  if (isEnded(status) || nowMs - Date.parse(updatedAt) < gracePeriodMs('no_workflow')) return false;
  const mayBePlaced = orderId === null && nowMs <= placementWindowEndMs(trade);
  return !mayBePlaced;
}

/**
 * Is the trade's workflow overdue to end? It ends with its trade. Not if it was started hardly before the run, or by the
 * run itself: a repair starts one to record what the exchange shows, and a manual sync to answer.
 */
export function outlivesTrade(trade: Trade, startedAt: string, run: { startedAt: string }, nowMs: number): boolean {
  const runsForMs = Date.parse(run.startedAt) - Date.parse(startedAt);
  const endedForMs = nowMs - Date.parse(endOf(trade));
  return isEnded(trade.status) && endedForMs >= gracePeriodMs('ended_but_running') && runsForMs >= ANSWER_NEEDS_MS;
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

/**
 * Nothing monitors the order, although a workflow runs: a defect, or code that does not fit the history. Where other
 * code does not help within a run of reconciliation, the repair, which the workflow cannot handle, leads to another
 * workflow.
 */
export function stuckWorkflow(trade: Trade, why: string): Difference {
  return {
    ...noWorkflow(trade),
    level: 'critical',
    detail: `its workflow is stuck; the next run replaces it, if no worker runs whose code fits: ${why}`,
    isStuck: true,
  };
}

/**
 * Which of many a run examines, where it can't examine all: the next run the next ones, until the first have their turn
 * again.
 */
export function turnOf<Item>(items: readonly Item[], most: number, run: number): Item[] {
  const turns = Math.max(1, Math.ceil(items.length / most));
  const start = (run % turns) * most;
  return items.slice(start, start + most);
}

export function endedButRunning(trade: Trade): Difference {
  return {
    ...about(trade, null),
    kind: 'ended_but_running',
    level: 'warning',
    since: endOf(trade),
    detail: `the trade is ${trade.status}, but its workflow still runs`,
    repair: { kind: 'request-sync' },
  };
}

function endOf({ endedAt, updatedAt }: Trade): string {
  return endedAt ?? updatedAt;
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
    mustPersistMs: 0,
    detail: 'a workflow runs for an order that the database does not have',
    repair: { kind: 'none' },
  };
}
