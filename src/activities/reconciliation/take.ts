/** What is done about differences: they are noted; the ones that are issues are written, told and repaired. */
import type { Alerts } from '../../ports/alerts.ts';
import type { RecordedSighting } from '../../ports/reconciliation-store.ts';
import type { SyncIssue } from '../../domain/reconciliation/issue.ts';
import type { Difference } from '../../domain/reconciliation/difference.ts';
import type { ReportedDifference, Standing } from '../../domain/reconciliation/report.ts';
import { ageHours, blockedSecondsSoFar, isIssue } from '../../domain/reconciliation/ripeness.ts';
import type { ReconciliationPorts } from './ports.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { repair } from './repair.ts';
import type { Step } from './step.ts';

const REPAIRS_AT_ONCE = 8;

/** The differences of one page. In a dry run they are only reported. */
export async function take(
  ports: ReconciliationPorts,
  step: Step<unknown>,
  differences: readonly Difference[],
): Promise<void> {
  const { runId } = step.run;
  const sightings = await ports.reconciliations.sight(runId, differences);
  const settled = await changedSince(ports, differences);
  const standings: Standing[] = differences.map(() => 'not-yet');
  await inParallel([...differences.entries()], REPAIRS_AT_ONCE, async ([index, difference]) => {
    const sighting = sightings[index];
    if (sighting === undefined) throw new Error(`the sighting of a difference is missing: ${difference.detail}`);
    standings[index] = await takeOne(ports, runId, difference, sighting, settled.has(difference));
  });
  step.note(differences.map((difference, index) => reported(difference, standings[index] ?? 'not-yet')));
}

async function takeOne(
  ports: ReconciliationPorts,
  runId: string | null,
  difference: Difference,
  sighting: RecordedSighting,
  isSettled: boolean,
): Promise<Standing> {
  const { issue } = sighting;
  if (issue !== null) {
    const isWorse = issue.level === 'warning' && difference.level === 'critical';
    if (runId !== null && isWorse) await worsen(ports, issue.id, difference);
    return 'known';
  }
  if (isSettled || !isIssue(difference, sighting, Date.now())) return 'not-yet';
  if (runId === null) return 'new';
  return (await open(ports, runId, difference)) ? 'new' : 'known';
}

/** Those whose row was written while it was compared: the next run looks at it as it is then. */
async function changedSince(
  { reconciliations }: ReconciliationPorts,
  differences: readonly Difference[],
): Promise<ReadonlySet<Difference>> {
  if (differences.length === 0) return new Set();
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
async function open(ports: ReconciliationPorts, runId: string, difference: Difference): Promise<boolean> {
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

async function worsen(
  { reconciliations, alerts }: ReconciliationPorts,
  issueId: string,
  difference: Difference,
): Promise<void> {
  await reconciliations.raiseLevel(issueId, 'critical');
  reportIssue(alerts, 'found', { id: issueId }, difference);
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

function reported(
  { repair: _repair, rowAsOf: _rowAsOf, ...difference }: Difference,
  standing: Standing,
): ReportedDifference {
  return { ...difference, standing };
}
