/** The beginning and the end of a run. */
import type { ReconciliationStatus } from '../../domain/reconciliation/issue.ts';
import type { ReconcileReport, StepReport } from '../../domain/reconciliation/report.ts';
import type { ReconciliationPorts } from './ports.ts';
import { now } from '../runtime/activity-context.ts';
import type { RunContext } from './run-context.ts';

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

export function finishReconciliation({ reconciliations, alerts }: ReconciliationPorts) {
  return async ({ runId, startedAt }: RunContext, { status, report }: FinishInput): Promise<ReconcileReport> => {
    if (runId === null) {
      const issuesFound = report.differences.filter(({ standing }) => standing === 'new').length;
      return { ...report, runId, status, startedAt, finishedAt: now(), issuesFound };
    }
    const { tradesChecked, ordersSeen, issuesResolved, requestsUsed } = report;
    const counts = { tradesChecked, ordersSeen, issuesResolved, requestsUsed };
    const row = await reconciliations.finishRun(runId, status, counts);
    if (status !== 'complete') alerts.reportRun({ runId, status, gaps: report.gaps });
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
