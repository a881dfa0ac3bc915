/** The steps of `reconcileWorkflow`, one a file. */
import { confirmIssues } from './confirm.ts';
import { reconcileEndedTrades } from './ended-trades.ts';
import { reconcileListings } from './listings.ts';
import { reconcileOpenTrades } from './open-trades.ts';
import type { ReconciliationPorts } from '../ports.ts';
import { finishReconciliation, startReconciliation } from './run.ts';
import { reconcileUnseen } from './unseen.ts';
import { reconcileWorkflows } from './workflows.ts';

export type ReconciliationActivities = ReturnType<typeof reconciliationActivities>;

export function reconciliationActivities(ports: ReconciliationPorts) {
  return {
    startReconciliation: startReconciliation(ports),
    confirmIssues: confirmIssues(ports),
    reconcileOpenTrades: reconcileOpenTrades(ports),
    reconcileListings: reconcileListings(ports),
    reconcileEndedTrades: reconcileEndedTrades(ports),
    reconcileUnseen: reconcileUnseen(ports),
    reconcileWorkflows: reconcileWorkflows(ports),
    finishReconciliation: finishReconciliation(ports),
  };
}
