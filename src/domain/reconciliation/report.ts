/** What a run of reconciliation says of itself. All of it is plain JSON, because it passes through histories. */
import type { ReconciliationStatus } from './issue.ts';
import type { Difference } from './difference.ts';

export interface ReconcileInput {
  /** Only reports what it would find: writes nothing, signals nothing. Default false. */
  dryRun?: boolean;
  /** After this long the run ends with what it has, and says so. Default 240,000. */
  timeLimitMs?: number;
}

/** What became of a difference in this run. */
export type Disposition =
  /** An issue since this run; in a dry run, what would be one. */
  | 'new'
  /** An issue of an earlier run. */
  | 'known'
  /** No issue yet: too young, or seen for the first time and not certain enough. */
  | 'not-yet';

export interface ReportedDifference extends Omit<Difference, 'repair' | 'rowAsOf' | 'mustPersistMs'> {
  disposition: Disposition;
}

export interface UnreadableOrder {
  orderId: string;
  problem: string;
}

/** What one step adds to the report. */
export interface StepReport {
  tradesChecked: number;
  ordersSeen: number;
  requestsUsed: number;
  issuesResolved: number;
  /** What could not be seen, a sentence each; any makes the run partial, and nothing is concluded from absence. */
  gaps: string[];
  /** Orders of which a row could not be read: the run is partial for these alone. At most 200. */
  unreadable: UnreadableOrder[];
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

const MAX_DIFFERENCES = 200;
const MAX_UNREADABLE = 200;
const MAX_GAPS = 20;

export function emptyReport(): StepReport {
  return {
    tradesChecked: 0,
    ordersSeen: 0,
    requestsUsed: 0,
    issuesResolved: 0,
    gaps: [],
    unreadable: [],
    differences: [],
  };
}

export function addReports(a: StepReport, b: StepReport): StepReport {
  return {
    tradesChecked: a.tradesChecked + b.tradesChecked,
    ordersSeen: a.ordersSeen + b.ordersSeen,
    requestsUsed: a.requestsUsed + b.requestsUsed,
    issuesResolved: a.issuesResolved + b.issuesResolved,
    gaps: [...new Set([...a.gaps, ...b.gaps])].slice(0, MAX_GAPS),
    unreadable: firstOfEach([...a.unreadable, ...b.unreadable], ({ orderId }) => orderId).slice(0, MAX_UNREADABLE),
    // Two steps may see the same difference; the first says what became of it.
    differences: firstOfEach([...a.differences, ...b.differences], ({ kind, orderId, clientOrderId }) =>
      JSON.stringify([kind, orderId, clientOrderId]),
    ).slice(0, MAX_DIFFERENCES),
  };
}

function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}
