import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import type { SyncSummary } from '../../src/ports/reconciliation-store.ts';
import type { SyncIssue } from '../../src/domain/reconciliation/issue.ts';
import type { ReconcileReport } from '../../src/domain/reconciliation/report.ts';
import { ensureReconcileSchedule, reconcileScheduleId } from '../../src/temporal/schedules.ts';
import { missedFill } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { untilRow } from '../support/scenario.ts';
import { startWorld, type World } from '../support/reconciling.ts';
import { eventually } from '../support/waiting.ts';
import { commandLine, type CommandLine } from './command-line.ts';

let test: TestEngine;
let world: World;
let line: CommandLine;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
  line = commandLine({ environment: test.environment, taskQueue: test.taskQueue });
});
afterAll(() => world?.stop());

describe('reconcile', () => {
  it('says with --dry-run what differs, and changes nothing', async () => {
    const { clientOrderId } = await missedFill(world);

    const { status, out } = await line('reconcile', '--dry-run');

    expect(status).toBe(0);
    expect(out).toContain('The dry run is complete.');
    expect(out).toMatch(new RegExp(`missed_fill +${clientOrderId} +bot7 +pending +FILLED +new`));
    expect((await line('issues')).out).toBe('No issues.\n');
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
  });

  it('repairs, lists what it found, and sums it up', async () => {
    const report = JSON.parse((await line('reconcile', '--json')).out) as ReconcileReport;
    expect(report).toMatchObject({ status: 'complete', issuesFound: 1 });
    const { items } = JSON.parse((await line('issues', '--json')).out) as { items: SyncIssue[] };
    expect(items).toMatchObject([{ kind: 'missed_fill', dbStatus: 'pending', coinbaseStatus: 'FILLED' }]);
    const [{ clientOrderId } = { clientOrderId: null }] = items;
    await untilRow(test, { clientOrderId: clientOrderId ?? '' }, ({ status }) => status === 'completed');

    expect((await line('reconcile')).out).toMatch(/issues resolved +1/);
    expect((await line('issues')).out).toBe('No issues.\n');
    expect((await line('issues', '--all')).out).toContain('repaired: completed');

    const summary = JSON.parse((await line('report', '--since', '1h', '--json')).out) as SyncSummary;
    expect(summary).toMatchObject({
      detection: [{ layer: 'reconciliation', trades: 1 }],
      issues: [{ kind: 'missed_fill', found: 1, resolved: 1, open: 0 }],
      runs: { complete: 2, partial: 0, failed: 0, unfinished: 0 },
    });
    expect(Number(summary.issues[0]?.blockedSeconds)).toBeGreaterThan(590);
    expect((await line('report')).out).toMatch(/reconciliation +1 /);
  });

  it('refuses an invalid time', async () => {
    expect(await line('report', '--since', 'yesterday')).toMatchObject({ status: 2 });
  });
});

describe('the schedule', () => {
  it('is created once, updated by the next worker, and stays paused if it was', async () => {
    const { connection } = test.client;
    const options = { connection, namespace: 'default', taskQueue: test.taskQueue, codec: UNENCRYPTED };
    const schedule = test.client.schedule.getHandle(reconcileScheduleId(test.taskQueue));
    try {
      expect(await ensureReconcileSchedule(options, 3_600)).toBe('created');
      await schedule.pause('maintenance');
      expect(await ensureReconcileSchedule(options, 1_800)).toBe('updated');

      const described = await schedule.describe();
      expect(described.spec.intervals).toMatchObject([{ every: 1_800_000 }]);
      expect(described.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000, pauseOnFailure: false });
      expect(described.state).toMatchObject({ paused: true, note: 'maintenance' });

      await schedule.unpause();
      await schedule.trigger();
      await eventually(async () => (await test.engine.database.reconciliations.listRuns({})).items.length > 2, {
        withinMs: 20_000,
        what: 'the triggered run',
      });
    } finally {
      await schedule.delete();
    }
  });
});
