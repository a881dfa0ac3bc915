import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import { archivedRequest } from './queries/archived-request.ts';
import { finishRun, lastCompleteAt, listRuns, startRun } from './queries/reconciliation-runs.ts';
import {
  listIssues,
  noteRepair,
  openIssue,
  raiseLevel,
  resolveIssue,
  unresolvedIssues,
} from './queries/sync-issues.ts';
import { recordDiscrepancies } from './queries/discrepancies.ts';
import { summarise } from './queries/summarise.ts';
import { endedTradesPage, openTradesPage, releasedAt, tradesOf } from './queries/trades-to-reconcile.ts';
import type { Session } from './session.ts';

export function createReconciliationStore({ read, transact }: Session): ReconciliationStore {
  return {
    listRuns: (page) => read((em) => listRuns(em, page)),
    listIssues: (filter) => read((em) => listIssues(em, filter)),
    summarise: (since) => transact((em) => summarise(em, since)),

    startRun: () => transact((em) => startRun(em)),
    lastCompleteAt: () => read((em) => lastCompleteAt(em)),
    finishRun: (runId, status, counts) => transact((em) => finishRun(em, runId, status, counts)),

    openTrades: (after, limit) => read((em) => openTradesPage(em, after, limit)),
    tradesOf: (ids) => read((em) => tradesOf(em, ids)),
    endedTrades: (filter, after, limit) => read((em) => endedTradesPage(em, filter, after, limit)),
    releasedAt: (clientOrderId) => read((em) => releasedAt(em, clientOrderId)),
    archivedRequest: (clientOrderId) => read((em) => archivedRequest(em, clientOrderId)),

    recordDiscrepancies: (runId, differences) => transact((em) => recordDiscrepancies(em, runId, differences)),
    openIssue: (runId, issue) => transact((em) => openIssue(em, runId, issue)),
    raiseLevel: (issueId, level) => transact((em) => raiseLevel(em, issueId, level)),
    noteRepair: (issueId) => transact((em) => noteRepair(em, issueId)),
    unresolvedIssues: (beforeRunId, after, limit) => read((em) => unresolvedIssues(em, beforeRunId, after, limit)),
    resolveIssue: (issueId, resolution, blockedSeconds) =>
      transact((em) => resolveIssue(em, issueId, resolution, blockedSeconds)),
  };
}
