/** What is done about differences: they are noted; the ones that are issues are written, told and repaired. */
import type { Alerts } from '../../ports/alerts.ts';
import type { SyncIssue } from '../../ports/reconciliation-store.ts';
import type { Difference } from '../../reconciliation/difference.ts';
import type { ReportedDifference, Standing } from '../../reconciliation/report.ts';
import { ageHours, blockedSecondsSoFar, isIssue } from '../../reconciliation/ripeness.ts';
import type { ReconciliationPorts } from './ports.ts';
import { inParallel } from './in-parallel.ts';
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
  const taken: { difference: Difference; standing: Standing }[] = [];
  await inParallel([...differences.entries()], REPAIRS_AT_ONCE, async ([index, difference]) => {
    const sighting = sightings[index];
    if (sighting === undefined) throw new Error(`the sighting of a difference is missing: ${difference.detail}`);
    const { issue } = sighting;
    if (issue !== null) {
      taken.push({ difference, standing: 'known' });
      const isWorse = issue.level === 'warning' && difference.level === 'critical';
      if (runId !== null && isWorse) await worsen(ports, issue.id, difference);
    } else if (!isIssue(difference, sighting, Date.now())) {
      taken.push({ difference, standing: 'not-yet' });
    } else if (runId === null) {
      taken.push({ difference, standing: 'new' });
    } else {
      const isNew = await open(ports, runId, difference);
      taken.push({ difference, standing: isNew ? 'new' : 'known' });
    }
  });
  step.note(taken.map(({ difference, standing }) => reported(difference, standing)));
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

function reported({ repair: _repair, ...difference }: Difference, standing: Standing): ReportedDifference {
  return { ...difference, standing };
}
