/** Every open trade against its workflow, and every running workflow against its trade. */
import { log } from '@temporalio/activity';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import type { RunningWorkflow } from '../../ports/order-workflows.ts';
import {
  endedButRunning,
  lacksWorkflow,
  noWorkflow,
  outlivesTrade,
  runningWithoutTrade,
  stuckWorkflow,
  turnOf,
} from '../../domain/reconciliation/compare-workflow.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import type { StepReport } from '../../domain/reconciliation/report.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import { recordDifferences } from './record-differences.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { RunContext } from './run.ts';
import { runStep, type StepContext } from './step.ts';

const TRADES_A_PAGE = 500;
const DESCRIBED_AT_ONCE = 8;
const EXAMINED_A_RUN = 300;

export function reconcileWorkflows(ports: ReconciliationPorts) {
  return (run: RunContext): Promise<StepReport> =>
    runStep<null>(ports, run, null, async (step) => {
      const running = await listRunning(ports, step);
      if (running === null) return;
      // Of ten thousand trades most are open and have a workflow; only of the others the whole row is read.
      const open = new Set((await ports.trades.listOpen()).map(({ clientOrderId }) => clientOrderId));
      const watched = new Set(running.map(({ clientOrderId }) => clientOrderId));
      for (const page of chunksOf(
        [...open].filter((clientOrderId) => !watched.has(clientOrderId)),
        TRADES_A_PAGE,
      )) {
        if (step.isLate) return;
        await compareTrades(ports, step, page);
      }
      const others = running.filter(({ clientOrderId }) => !open.has(clientOrderId));
      for (const page of chunksOf(others, TRADES_A_PAGE)) {
        if (step.isLate) return;
        await compareRunning(ports, step, page);
      }
      if (step.isLate) return;
      await compareStuck(
        ports,
        step,
        [...open].filter((clientOrderId) => watched.has(clientOrderId)),
      );
    });
}

async function listRunning(ports: ReconciliationPorts, step: StepContext<null>): Promise<RunningWorkflow[] | null> {
  try {
    return await ports.orderWorkflows.listRunning();
  } catch (error) {
    log.warn('the running workflows could not be listed', { error });
    step.gap('the running workflows could not be listed');
    return null;
  }
}

async function compareTrades(
  ports: ReconciliationPorts,
  step: StepContext<null>,
  clientOrderIds: readonly string[],
): Promise<void> {
  const trades = await ports.reconciliations.tradesOf({ clientOrderIds });
  const candidates = trades.filter((trade) => lacksWorkflow(trade, Date.now()));
  const { orderWorkflows } = ports;
  await recordConfirmed(ports, step, candidates.map(noWorkflow), async (id) => !(await orderWorkflows.isRunning(id)));
}

async function compareRunning(
  ports: ReconciliationPorts,
  step: StepContext<null>,
  running: readonly RunningWorkflow[],
): Promise<void> {
  const clientOrderIds = running.map(({ clientOrderId }) => clientOrderId);
  const trades = await ports.reconciliations.tradesOf({ clientOrderIds });
  const known = new Map<string, Trade>(trades.map((trade) => [trade.clientOrderId, trade]));
  const candidates = running.flatMap(({ clientOrderId, startedAt }): Difference | [] => {
    const trade = known.get(clientOrderId);
    if (trade === undefined) return runningWithoutTrade(clientOrderId, startedAt);
    return outlivesTrade(trade, startedAt, step.run, Date.now()) ? endedButRunning(trade) : [];
  });
  await recordConfirmed(ports, step, candidates, (id) => ports.orderWorkflows.isOverdue(id));
}

/** Without Temporal's own list each has to be described: a part of them in each run. */
async function compareStuck(
  ports: ReconciliationPorts,
  step: StepContext<null>,
  watched: readonly string[],
): Promise<void> {
  const listed = await ports.orderWorkflows.listStuck();
  const candidates = listed ?? turnOf(watched, EXAMINED_A_RUN, Number(step.run.runId ?? 0));
  const reasons = new Map<string, string>();
  await inParallel(candidates, DESCRIBED_AT_ONCE, async (clientOrderId) => {
    const why = await ports.orderWorkflows.whyStuck(clientOrderId);
    if (why !== null) reasons.set(clientOrderId, why);
  });
  if (reasons.size === 0) return;
  const trades = await ports.reconciliations.tradesOf({ orderIds: [], clientOrderIds: [...reasons.keys()] });
  const stuck = trades.filter(({ status }) => !isEnded(status));
  await recordDifferences(
    ports,
    step,
    stuck.map((trade) => stuckWorkflow(trade, reasons.get(trade.clientOrderId) ?? '')),
  );
}

/** Records those that Temporal confirms of the order's workflow: its lists are a moment late. */
async function recordConfirmed(
  ports: ReconciliationPorts,
  step: StepContext<null>,
  candidates: readonly Difference[],
  isConfirmed: (clientOrderId: string) => Promise<boolean>,
): Promise<void> {
  const confirmed: Difference[] = [];
  await inParallel(candidates, DESCRIBED_AT_ONCE, async (candidate) => {
    if (await isConfirmed(candidate.clientOrderId ?? '')) confirmed.push(candidate);
  });
  await recordDifferences(ports, step, confirmed);
}
