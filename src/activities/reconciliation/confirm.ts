/** Issues of earlier runs: over, or still there. A repair that did not help is repeated, and an operator is alerted. */
import { log } from '@temporalio/activity';
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { UnresolvedIssue } from '../../ports/reconciliation-store.ts';
import type { SyncIssue } from '../../domain/reconciliation/issue.ts';
import { checkIssue, isAboutWorkflow } from '../../domain/reconciliation/confirm.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { secondsBetween } from '../../domain/reconciliation/grace-period.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { repair } from './repair.ts';
import { reportIssue } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep, type StepContext } from './step.ts';

/** One request. */
const ISSUES_A_PAGE = 50;
const ISSUES_AT_ONCE = 8;
/** A repair needs a moment: a run that follows at once does not call it failed. */
const REPAIR_NEEDS_MS = 10_000;
/** What three repairs did not fix, a fourth does not. */
const MAX_REPAIRS = 3;

export function confirmIssues(ports: ReconciliationPorts) {
  return (run: RunContext): Promise<StepReport> =>
    runStep<string | null>(ports, run, null, async (step) => {
      const { runId } = run;
      if (runId === null) return;
      for (;;) {
        if (step.isLate) return;
        const issues = await ports.reconciliations.unresolvedIssues(runId, step.cursor, ISSUES_A_PAGE);
        await confirmPage(ports, step, issues);
        const last = issues.at(-1);
        if (last === undefined || issues.length < ISSUES_A_PAGE) return;
        step.checkpoint(last.id);
      }
    });
}

async function confirmPage(
  ports: ReconciliationPorts,
  step: StepContext<unknown>,
  issues: readonly UnresolvedIssue[],
): Promise<void> {
  if (issues.length === 0) return;
  const trades = await ports.reconciliations.tradesOf({
    orderIds: issues.flatMap(({ orderId }) => orderId ?? []),
    clientOrderIds: issues.flatMap(({ clientOrderId }) => clientOrderId ?? []),
  });
  const orderIds = trades.flatMap(({ orderId }) => orderId ?? []);
  const listed = await step.listOrders('open issues by id', { orderIds }, 'sweep');
  await inParallel(issues, ISSUES_AT_ONCE, (issue) =>
    confirm(ports, step, issue, { trades, orders: listed?.orders ?? [] }),
  );
}

async function confirm(
  ports: ReconciliationPorts,
  step: StepContext<unknown>,
  issue: UnresolvedIssue,
  { trades, orders }: { trades: readonly Trade[]; orders: readonly ExchangeOrder[] },
): Promise<void> {
  const trade =
    trades.find(({ orderId }) => orderId !== null && orderId === issue.orderId) ??
    trades.find(({ clientOrderId }) => clientOrderId === issue.clientOrderId) ??
    null;
  const order = orders.find(({ orderId }) => orderId === trade?.orderId) ?? null;
  const check = checkIssue(issue, { trade, order, ...(await workflowOf(ports, issue)) }, Date.now());
  switch (check.kind) {
    case 'resolved':
      return resolve(ports, step, issue, { trade, order, resolution: check.resolution });
    case 'persists':
      return escalate(ports, issue, check.difference);
    case 'undecided':
  }
}

async function workflowOf({ orderWorkflows }: ReconciliationPorts, issue: SyncIssue) {
  const { clientOrderId } = issue;
  if (!isAboutWorkflow(issue) || clientOrderId === null) return { running: null, stuck: null };
  const running = await orderWorkflows.isRunning(clientOrderId);
  return { running, stuck: running ? await orderWorkflows.whyStuck(clientOrderId) : null };
}

async function resolve(
  { reconciliations, alerts }: ReconciliationPorts,
  step: StepContext<unknown>,
  issue: UnresolvedIssue,
  { trade, order, resolution }: { trade: Trade | null; order: ExchangeOrder | null; resolution: string },
): Promise<void> {
  const blockedSeconds = issue.kind === 'missed_fill' ? await blockedFor(reconciliations, trade) : null;
  const resolved = await reconciliations.resolveIssue(issue.id, resolution, blockedSeconds);
  if (resolved === null) return;
  step.add({ issuesResolved: 1 });
  alerts.reportIssue({
    ...statusesOf(issue, trade, order),
    stage: 'resolved',
    isStuck: false,
    level: issue.level,
    issueId: issue.id,
    kind: issue.kind,
    detail: resolution,
  });
}

/** From the exchange's time of the fill to the release of the bot. */
async function blockedFor(
  reconciliations: ReconciliationPorts['reconciliations'],
  trade: Trade | null,
): Promise<string | null> {
  if (trade === null || trade.filledAt === null) return null;
  const releasedAt = await reconciliations.releasedAt(trade.clientOrderId);
  return releasedAt === null ? null : secondsBetween(trade.filledAt, releasedAt);
}

function statusesOf(issue: SyncIssue, trade: Trade | null, order: ExchangeOrder | null) {
  return {
    clientOrderId: issue.clientOrderId,
    orderId: issue.orderId,
    botId: trade?.botId ?? null,
    dbStatus: trade?.status ?? null,
    exchangeStatus: order?.status ?? issue.coinbaseStatus,
    ageHours: issue.ageHours,
  };
}

async function escalate(ports: ReconciliationPorts, issue: UnresolvedIssue, difference: Difference): Promise<void> {
  const wasRepaired = issue.repairedAt !== null && Date.now() - Date.parse(issue.repairedAt) >= REPAIR_NEEDS_MS;
  if (difference.repair.kind === 'none' || (issue.repairedAt !== null && !wasRepaired)) return;
  if (wasRepaired && issue.level !== 'critical') {
    await ports.reconciliations.raiseLevel(issue.id, 'critical');
    reportIssue(ports.alerts, 'escalated', issue, difference);
  }
  if (issue.repairs >= MAX_REPAIRS) return;
  if (wasRepaired) await endStuckWorkflow(ports, issue);
  await repair(ports, issue.id, difference);
}

/** Where repairs have no effect the workflow may be unable to continue; the repair that follows starts another. */
async function endStuckWorkflow({ orderWorkflows }: ReconciliationPorts, { clientOrderId }: SyncIssue): Promise<void> {
  if (clientOrderId === null) return;
  try {
    if (await orderWorkflows.endIfStuck(clientOrderId)) {
      log.warn('the workflow of an order is stuck, and is replaced', { clientOrderId });
    }
  } catch (error) {
    log.warn('a workflow could not be described', { clientOrderId, error });
  }
}
