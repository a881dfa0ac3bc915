import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import { listIssues, listRuns } from './operations/list-reconciliation.ts';
import type { Session } from './session.ts';

export function createReconciliationStore({ read }: Session): ReconciliationStore {
  return {
    listRuns: (page) => read((em) => listRuns(em, page)),
    listIssues: (page) => read((em) => listIssues(em, page)),
  };
}
