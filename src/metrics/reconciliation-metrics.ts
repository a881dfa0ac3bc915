/** What reconciliation finds and resolves, counted where it is written. */
import { Counter, type Registry } from 'prom-client';
import { ISSUE_KINDS, RUN_STATUSES } from '../domain/reconciliation/issue.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';

export function observeReconciliations(store: ReconciliationStore, registry: Registry): ReconciliationStore {
  const runs = counter(registry, 'order_sync_reconciliation_runs_total', 'Runs that ended, by status', ['status']);
  const found = counter(registry, 'order_sync_issues_found_total', 'Issues that were opened, by kind', ['kind']);
  const resolved = counter(registry, 'order_sync_issues_resolved_total', 'Issues that are over, by kind', ['kind']);
  const blocked = counter(
    registry,
    'order_sync_blocked_seconds_total',
    'For how long missed fills that are resolved blocked their bots without need',
    [],
  );
  for (const status of RUN_STATUSES) runs.inc({ status }, 0);
  for (const kind of ISSUE_KINDS) {
    found.inc({ kind }, 0);
    resolved.inc({ kind }, 0);
  }
  return {
    ...store,
    async finishRun(runId, status, counts) {
      const run = await store.finishRun(runId, status, counts);
      runs.inc({ status });
      return run;
    },
    async openIssue(runId, issue) {
      const opened = await store.openIssue(runId, issue);
      if (opened !== null) found.inc({ kind: opened.kind });
      return opened;
    },
    async resolveIssue(issueId, resolution, blockedSeconds) {
      const issue = await store.resolveIssue(issueId, resolution, blockedSeconds);
      if (issue === null) return null;
      resolved.inc({ kind: issue.kind });
      if (blockedSeconds !== null) blocked.inc(Math.max(0, Number(blockedSeconds)));
      return issue;
    },
  };
}

function counter<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: Label[],
): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [registry] });
}
