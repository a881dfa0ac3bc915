/** `reconcileWorkflow`: one pass over everything that database, exchange and workflows could disagree about. */
import { ActivityFailure, log, proxyActivities, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ReconciliationActivities } from '../../activities/reconciliation/index.ts';
import type { RunContext } from '../../activities/reconciliation/run.ts';
import type { ReconciliationStatus } from '../../domain/reconciliation/issue.ts';
import {
  addReports,
  emptyReport,
  type ReconcileInput,
  type ReconcileReport,
  type StepReport,
} from '../../domain/reconciliation/report.ts';
import { reconciliationQueue } from '../../domain/task-queues.ts';

/** A run needs 20 s for 10,000 trades; one that needs minutes meets an exchange that hardly answers. */
const TIME_LIMIT_MS = 240_000;

/**
 * Answers what the run saw and did. Every step is an activity that continues where it was when its worker dies. A step
 * that fails leaves the others to be done: the run is partial then. The history has under 100 events, whatever is
 * found.
 */
export async function reconcileWorkflow(input?: ReconcileInput | null): Promise<ReconcileReport> {
  const timeLimitMs = input?.timeLimitMs ?? TIME_LIMIT_MS;
  const { databaseAs, stepsAs } = activities(timeLimitMs);
  const started = await databaseAs('beginning of the run').startReconciliation({ dryRun: input?.dryRun === true });
  const run: RunContext = { ...started, stopAtMs: workflowInfo().startTime.getTime() + timeLimitMs };
  let report = emptyReport();
  let failures = 0;

  async function attempt<Part extends StepReport>(
    what: string,
    step: (steps: Steps) => Promise<Part>,
  ): Promise<Part | null> {
    const { tradesChecked, ordersSeen, gaps } = report;
    setCurrentDetails(
      `**Now: ${what}.** So far ${tradesChecked} trades and ${ordersSeen} orders are compared, and ${gaps.length} things could not be seen.`,
    );
    try {
      const part = await step(stepsAs(what));
      report = addReports(report, part);
      return part;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('a step of reconciliation failed', { what, error });
      failures += 1;
      report = addReports(report, { ...emptyReport(), gaps: [`${what}: ${error.cause?.message ?? error.message}`] });
      return null;
    }
  }

  await attempt('earlier issues', (steps) => steps.confirmIssues(run));
  const open = await attempt('open trades', (steps) => steps.reconcileOpenTrades(run));
  await attempt("the exchange's listings", (steps) =>
    steps.reconcileListings(run, { shownOpen: open?.shownOpen ?? 0 }),
  );
  await attempt('ended trades', (steps) => steps.reconcileEndedTrades(run));
  // After all that could show a gap, because only a run without any may conclude something from absence.
  const unseen = {
    clientOrderIds: open?.unseen ?? [],
    ordersSeen: report.ordersSeen,
    hasGaps: report.gaps.length > 0,
  };
  await attempt('unseen trades', (steps) => steps.reconcileUnseen(run, unseen));
  await attempt('workflows', (steps) => steps.reconcileWorkflows(run));

  return databaseAs('end of the run').finishReconciliation(run, { status: statusOf(report, failures), report });
}

const STEPS = 6;

function statusOf({ gaps, unreadable }: StepReport, failures: number): ReconciliationStatus {
  if (failures === STEPS) return 'failed';
  return gaps.length + unreadable.length > 0 ? 'partial' : 'complete';
}

type DatabaseCalls = Pick<ReconciliationActivities, 'startReconciliation' | 'finishReconciliation'>;
type Steps = Omit<ReconciliationActivities, keyof DatabaseCalls>;

/** Each by the summary under which Temporal shows it. */
interface Calls {
  databaseAs: (summary: string) => DatabaseCalls;
  stepsAs: (summary: string) => Steps;
}

function activities(timeLimitMs: number): Calls {
  const common = {
    taskQueue: reconciliationQueue(workflowInfo().taskQueue),
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
  } as const;
  return {
    databaseAs: (summary) =>
      proxyActivities<ReconciliationActivities>({
        ...common,
        summary,
        startToCloseTimeout: '30 seconds',
        // The end is written even if the database is unreachable for a while.
        scheduleToCloseTimeout: '10 minutes',
      }),
    stepsAs: (summary) =>
      proxyActivities<ReconciliationActivities>({
        ...common,
        summary,
        // A step ends itself at the limit; what is over it by much has no worker.
        scheduleToCloseTimeout: timeLimitMs + 60_000,
        startToCloseTimeout: timeLimitMs + 30_000,
        heartbeatTimeout: '10 seconds',
      }),
  };
}
