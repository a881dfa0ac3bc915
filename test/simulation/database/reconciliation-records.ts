/** What reconciliation keeps in the database: its runs, the differences that they saw, and the issues. Each method is a statement. */
import { isEnded } from '../../../src/domain/order/trade.ts';
import type { IssueLevel, ReconciliationStatus, SyncIssue } from '../../../src/domain/reconciliation/issue.ts';
import type {
  DifferenceKey,
  NewIssue,
  ReconciliationRun,
  RecordedDiscrepancy,
  RunCounts,
  StartedRun,
  UnresolvedIssue,
} from '../../../src/ports/reconciliation-store.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SimulatedStore } from './simulated-store.ts';

interface Discrepancy {
  firstSeenAt: string;
  firstRunId: string;
  lastRunId: string;
}

export class ReconciliationRecords {
  readonly issues: UnresolvedIssue[] = [];
  readonly #surroundings: Surroundings;
  readonly #store: SimulatedStore;
  readonly #runs: ReconciliationRun[] = [];
  readonly #discrepancies = new Map<string, Discrepancy>();

  constructor(surroundings: Surroundings, store: SimulatedStore) {
    this.#surroundings = surroundings;
    this.#store = store;
  }

  startRun(): StartedRun {
    const lastCompleteAt = this.lastCompleteAt();
    const run = { id: String(this.#runs.length + 1), startedAt: this.#now(), finishedAt: null, status: null };
    this.#runs.push({ ...run, tradesChecked: 0, ordersSeen: 0, issuesFound: 0, issuesResolved: 0, requestsUsed: 0 });
    return { runId: run.id, startedAt: run.startedAt, lastCompleteAt };
  }

  lastCompleteAt(): string | null {
    return this.#runs.findLast(({ status }) => status === 'complete')?.startedAt ?? null;
  }

  finishRun(runId: string, status: ReconciliationStatus, counts: RunCounts): ReconciliationRun {
    const run = this.#runs[Number(runId) - 1];
    if (run === undefined) throw new Error(`there is no run ${runId}`);
    if (run.finishedAt === null) {
      const issuesFound = this.issues.filter((issue) => issue.runId === runId).length;
      Object.assign(run, counts, { status, issuesFound, finishedAt: this.#now() });
      this.#surroundings.trace(() => `reconciliation is ${status}`);
    }
    if (status === 'complete') {
      for (const [key, { lastRunId }] of this.#discrepancies)
        if (Number(lastRunId) < Number(runId)) this.#discrepancies.delete(key);
    }
    return { ...run };
  }

  recordDiscrepancies(runId: string | null, differences: readonly DifferenceKey[]): RecordedDiscrepancy[] {
    return differences.map((difference) => {
      const key = keyOf(difference);
      const known = this.#discrepancies.get(key);
      const { firstSeenAt, firstRunId } = known ?? { firstSeenAt: this.#now(), firstRunId: runId ?? '' };
      if (runId !== null) this.#discrepancies.set(key, { firstSeenAt, firstRunId, lastRunId: runId });
      const issue = this.#unresolved(difference);
      return { firstSeenAt, seenBefore: firstRunId !== runId, issue: issue ?? null };
    });
  }

  openIssue(runId: string, issue: NewIssue): SyncIssue | null {
    if (this.#unresolved(issue) !== undefined) return null;
    const detected = { detectedAt: this.#now(), resolvedAt: null, resolution: null };
    const opened = { ...issue, ...detected, id: String(this.issues.length + 1), runId, repairs: 0, repairedAt: null };
    this.issues.push(opened);
    this.#surroundings.trace(() => `reconciliation finds ${issue.kind}: ${issue.dbStatus}, ${issue.coinbaseStatus}`);
    return { ...opened };
  }

  raiseLevel(issueId: string, level: IssueLevel): void {
    this.#issue(issueId).level = level;
  }

  noteRepair(issueId: string): void {
    const issue = this.#issue(issueId);
    issue.repairs += 1;
    issue.repairedAt = this.#now();
  }

  unresolvedIssues(beforeRunId: string, after: string | null): UnresolvedIssue[] {
    return this.issues
      .filter(
        ({ id, runId, resolvedAt }) => resolvedAt === null && Number(runId) < Number(beforeRunId) && id > (after ?? ''),
      )
      .map((issue) => ({ ...issue }));
  }

  resolveIssue(issueId: string, resolution: string, blockedSeconds: string | null): SyncIssue | null {
    const issue = this.#issue(issueId);
    if (issue.resolvedAt !== null) return null;
    this.#surroundings.trace(() => `reconciliation has ${issue.kind} resolved: ${resolution}`);
    Object.assign(issue, {
      resolution,
      resolvedAt: this.#now(),
      blockedSeconds: blockedSeconds ?? issue.blockedSeconds,
    });
    return { ...issue };
  }

  releasedAt(): string | null {
    const released = this.#store.events.findLast(
      ({ fromStatus, toStatus }) => fromStatus !== null && !isEnded(fromStatus) && isEnded(toStatus),
    );
    return released?.at ?? null;
  }

  #unresolved(difference: DifferenceKey): UnresolvedIssue | undefined {
    return this.issues.find((issue) => issue.resolvedAt === null && keyOf(issue) === keyOf(difference));
  }

  #issue(issueId: string): UnresolvedIssue {
    const issue = this.issues[Number(issueId) - 1];
    if (issue === undefined) throw new Error(`there is no issue ${issueId}`);
    return issue;
  }

  #now(): string {
    return new Date(this.#store.nowMs).toISOString();
  }
}

function keyOf({ kind, orderId, clientOrderId }: DifferenceKey): string {
  return [kind, orderId, clientOrderId].join(' ');
}
