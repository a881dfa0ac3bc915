/** What a run of reconciliation says of itself. All of it is plain JSON, because it passes through histories. */
import type { ReconciliationStatus } from './issue.ts';
import type { Difference } from './difference.ts';

export interface ReconcileInput {
  /** Only says what it would find: writes nothing, signals nothing. Default false. */
  dryRun?: boolean;
  /** After this long the run ends with what it has, and says so. Default 240,000. */
  timeLimitMs?: number;
}

/** What became of a difference in this run. */
export type Standing =
  /** An issue since this run; in a dry run, what would be one. */
  | 'new'
  /** An issue of an earlier run. */
  | 'known'
  /** No issue yet: too young, or an orphan that was seen for the first time. */
  | 'not-yet';

export interface ReportedDifference extends Omit<Difference, 'repair' | 'rowAsOf'> {
  standing: Standing;
}

/** What one step adds to the report. */
export interface StepReport {
  tradesChecked: number;
  ordersSeen: number;
  requestsUsed: number;
  issuesResolved: number;
  /** What could not be seen, a sentence each; any makes the run partial. */
  gaps: string[];
  /** At most 200, because a report must fit into a payload. */
  differences: ReportedDifference[];
}

export interface ReconcileReport extends StepReport {
  /** Null for a dry run. */
  runId: string | null;
  status: ReconciliationStatus;
  startedAt: string;
  finishedAt: string;
  issuesFound: number;
}

const MOST_DIFFERENCES = 200;
const MOST_GAPS = 20;

export function emptyReport(): StepReport {
  return { tradesChecked: 0, ordersSeen: 0, requestsUsed: 0, issuesResolved: 0, gaps: [], differences: [] };
}

export function addReports(a: StepReport, b: StepReport): StepReport {
  return {
    tradesChecked: a.tradesChecked + b.tradesChecked,
    ordersSeen: a.ordersSeen + b.ordersSeen,
    requestsUsed: a.requestsUsed + b.requestsUsed,
    issuesResolved: a.issuesResolved + b.issuesResolved,
    gaps: [...new Set([...a.gaps, ...b.gaps])].slice(0, MOST_GAPS),
    differences: withoutRepetitions([...a.differences, ...b.differences]).slice(0, MOST_DIFFERENCES),
  };
}

/** Two steps may see the same difference; the first says what became of it. */
function withoutRepetitions(differences: readonly ReportedDifference[]): ReportedDifference[] {
  const byKey = new Map<string, ReportedDifference>();
  for (const difference of differences) {
    const key = JSON.stringify([difference.kind, difference.orderId, difference.clientOrderId]);
    if (!byKey.has(key)) byKey.set(key, difference);
  }
  return [...byKey.values()];
}
