/** A run's beginning and its end, and what all its steps are given. */
import type { ReconciliationStatus } from '../../domain/reconciliation/issue.ts';
import type { ReconcileReport, StepReport } from '../../domain/reconciliation/report.ts';
import type { ReconciliationPorts } from '../ports.ts';
import { now } from '../runtime/activity-context.ts';

export interface RunContext {
  /** Null for a dry run: nothing is written, signalled or alerted. */
  runId: string | null;
  startedAt: string;
  /** When the last run that saw everything began; null when there was none. */
  lastCompleteAt: string | null;
  /** The run's time limit, Unix milliseconds. */
  stopAtMs: number;
}

export function startReconciliation({ reconciliations }: ReconciliationPorts) {
  return async ({ dryRun }: { dryRun: boolean }): Promise<Omit<RunContext, 'stopAtMs'>> => {
    if (!dryRun) return reconciliations.startRun();
    return { runId: null, startedAt: now(), lastCompleteAt: await reconciliations.lastCompleteAt() };
  };
}

export interface FinishInput {
  status: ReconciliationStatus;
  report: StepReport;
}

export function finishReconciliation({ reconciliations, alerts, watchdog }: ReconciliationPorts) {
  return async ({ runId, startedAt }: RunContext, { status, report }: FinishInput): Promise<ReconcileReport> => {
    if (runId === null) {
      const issuesFound = report.differences.filter(({ disposition }) => disposition === 'new').length;
      return { ...report, runId, status, startedAt, finishedAt: now(), issuesFound };
    }
    const { tradesChecked, ordersSeen, issuesResolved, requestsUsed, gaps, unreadable } = report;
    const counts = { tradesChecked, ordersSeen, issuesResolved, requestsUsed };
    const row = await reconciliations.finishRun(runId, status, counts);
    if (status === 'complete') watchdog?.runCompleted();
    if (status !== 'complete' && gaps.length > 0) alerts.reportRun({ runId, status, gaps });
    for (const order of unreadable) alerts.reportUnreadable(order);
    return {
      ...report,
      runId,
      status: row.status ?? status,
      startedAt,
      finishedAt: row.finishedAt ?? now(),
      issuesFound: row.issuesFound,
    };
  };
}
