/** What is done about differences: all are recorded; those that are issues are written, alerted and repaired. */
import type { Difference } from '../../domain/reconciliation/difference.ts';
import { ageHours, blockedSecondsSoFar, isIssue } from '../../domain/reconciliation/grace-period.ts';
import type { SyncIssue } from '../../domain/reconciliation/issue.ts';
import type { Disposition } from '../../domain/reconciliation/report.ts';
import type { Alerts } from '../../ports/alerts.ts';
import type { RecordedDiscrepancy } from '../../ports/reconciliation-store.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { repair } from './repair.ts';
import type { ReconciliationPorts } from '../ports.ts';
import type { StepContext } from './step.ts';

const REPAIRS_AT_ONCE = 8;

/** The differences of one page; nulls are no differences. In a dry run they are only reported. Answers what became of each. */
export async function recordDifferences(
  ports: ReconciliationPorts,
  step: StepContext<unknown>,
  found: readonly (Difference | null)[],
): Promise<Map<Difference, Disposition>> {
  const { runId } = step.run;
  const differences = found.filter((difference) => difference !== null);
  if (differences.length === 0) return new Map();
  const discrepancies = await ports.reconciliations.recordDiscrepancies(runId, differences);
  const changed = await changedSince(ports, differences);
  const dispositions = new Map<Difference, Disposition>();
  await inParallel([...differences.entries()], REPAIRS_AT_ONCE, async ([index, difference]) => {
    const discrepancy = discrepancies[index];
    if (discrepancy === undefined) throw new Error(`a difference was not recorded: ${difference.detail}`);
    dispositions.set(difference, await dispose(ports, runId, difference, discrepancy, changed.has(difference)));
  });
  step.add({
    differences: differences.map((difference) => {
      const { repair: _repair, rowAsOf: _rowAsOf, mustPersistMs: _mustPersistMs, ...reported } = difference;
      return { ...reported, disposition: dispositions.get(difference) ?? 'not-yet' };
    }),
  });
  return dispositions;
}

async function dispose(
  ports: ReconciliationPorts,
  runId: string | null,
  difference: Difference,
  discrepancy: RecordedDiscrepancy,
  hasChanged: boolean,
): Promise<Disposition> {
  const { issue } = discrepancy;
  if (issue !== null) {
    if (runId !== null && issue.level === 'warning' && difference.level === 'critical') {
      await ports.reconciliations.raiseLevel(issue.id, 'critical');
      reportIssue(ports.alerts, 'found', issue, difference);
    }
    return 'known';
  }
  if (hasChanged || !isIssue(difference, discrepancy, Date.now())) return 'not-yet';
  if (runId === null) return 'new';
  return (await openIssue(ports, runId, difference)) ? 'new' : 'known';
}

/** Those whose row was written while it was compared: the next run compares it as it is then. */
async function changedSince(
  { reconciliations }: ReconciliationPorts,
  differences: readonly Difference[],
): Promise<ReadonlySet<Difference>> {
  const trades = await reconciliations.tradesOf({
    orderIds: differences.flatMap(({ orderId }) => orderId ?? []),
    clientOrderIds: differences.flatMap(({ clientOrderId }) => clientOrderId ?? []),
  });
  const byClientOrderId = new Map(trades.map((trade) => [trade.clientOrderId, trade]));
  const known = new Set(trades.map(({ orderId }) => orderId));
  const changed = differences.filter(({ clientOrderId, orderId, rowAsOf }) => {
    if (rowAsOf === null) return orderId !== null && known.has(orderId);
    return byClientOrderId.get(clientOrderId ?? '')?.updatedAt !== rowAsOf;
  });
  return new Set(changed);
}

/** False when another run opened the issue first. */
async function openIssue(ports: ReconciliationPorts, runId: string, difference: Difference): Promise<boolean> {
  const issue = await ports.reconciliations.openIssue(runId, {
    kind: difference.kind,
    orderId: difference.orderId,
    clientOrderId: difference.clientOrderId,
    dbStatus: difference.dbStatus,
    coinbaseStatus: difference.exchangeStatus,
    ageHours: ageHours(difference.createdAt, Date.now()),
    blockedSeconds: blockedSecondsSoFar(difference, Date.now()),
    level: difference.level,
  });
  if (issue === null) return false;
  reportIssue(ports.alerts, 'found', issue, difference);
  await repair(ports, issue.id, difference);
  return true;
}

export function reportIssue(
  alerts: Alerts,
  stage: 'found' | 'escalated',
  issue: Pick<SyncIssue, 'id'>,
  difference: Difference,
): void {
  const { kind, level, clientOrderId, orderId, botId, dbStatus, exchangeStatus, createdAt, detail } = difference;
  alerts.reportIssue({
    stage,
    isStuck: difference.isStuck === true,
    level: stage === 'escalated' ? 'critical' : level,
    issueId: issue.id,
    kind,
    clientOrderId,
    orderId,
    botId,
    dbStatus,
    exchangeStatus,
    ageHours: ageHours(createdAt, Date.now()),
    detail,
  });
}
