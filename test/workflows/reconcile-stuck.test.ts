import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { OrderSyncClient } from '../../src/client/index.ts';
import { ensureTemporalCli } from '../../src/local/temporal-cli.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { RaisedAlert, TestEngine } from '../support/engine.ts';
import { untilRow } from '../support/scenario.ts';
import { startWorld, type World } from '../support/reconciling.ts';
import { temporalAddress } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
});
afterAll(() => world?.stop());

describe('a workflow whose history does not replay', () => {
  it('is replaced by one that continues from the row, when a repair had no effect', async () => {
    const { clientOrderId } = await world.unwatched();
    await test.down();
    await startWithOtherCode(clientOrderId);
    await test.up();
    world.act(clientOrderId, { do: 'fill' });

    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 1 });
    await untilFailing(clientOrderId);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
    await untilRepairIsOverdue();
    await world.reconcile();

    await untilRow(test, { clientOrderId }, ({ status }) => status === 'completed');
    await world.recordFills();
    expect(await test.trades.find(clientOrderId)).toMatchObject({ detectedBy: 'reconciliation', fillsComplete: true });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
  });
});

describe('a workflow that is stuck while its order rests', () => {
  async function stuckOrder(): Promise<string> {
    const { clientOrderId } = await world.unwatched();
    await test.down();
    await startWithOtherCode(clientOrderId);
    await test.up();
    await test.client.workflow.getHandle(workflowIdOf(clientOrderId)).signal('manualSync');
    await untilFailing(clientOrderId);
    return clientOrderId;
  }

  /** From 1.30 on the server itself lists such workflows, after five failures. */
  function untilFound(): Promise<unknown> {
    const isFound = async () => (await world.reconcile()).issuesFound === 1;
    return eventually(isFound, { withinMs: 60_000, what: 'the issue' });
  }

  it('alerts once, with the error and the remedy, and continues when a worker with matching code runs', async () => {
    const clientOrderId = await stuckOrder();
    const alertsOfOrder = () => test.alerts.filter((alert) => alert.clientOrderId === clientOrderId);

    await untilFound();
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 0 });

    expect(alertsOfOrder()).toEqual([
      expect.objectContaining({
        alert: 'no_workflow',
        severity: 'critical',
        remedy: `temporal workflow show --workflow-id order-${clientOrderId}`,
      }),
    ]);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
    // On a busy machine the first attempt may time out before it fails; a history shows the first alone.
    expect(await shownByRemedy(alertsOfOrder()[0])).toMatch(/WorkflowTask(?:Failed|TimedOut)/);
    await test.down();
    await withOtherCode(() => untilFailing(clientOrderId, 0));
    await test.up();
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
    expect(alertsOfOrder().map(({ alert }) => alert)).toEqual(['no_workflow', 'no_workflow']);
  });

  it('is replaced, and a cancellation that was requested of it is carried out by the next', async () => {
    const clientOrderId = await stuckOrder();
    const orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
    await orders.cancel(clientOrderId, { requestedBy: 'ann', reason: 'the price has moved' });

    await untilFound();
    await untilRepairIsOverdue();
    await world.reconcile();

    await untilRow(test, { clientOrderId }, ({ status }) => status === 'cancelled');
    const asked = (await test.trades.events(clientOrderId)).find(({ cause }) => cause === 'cancel_requested');
    expect(asked).toMatchObject({ requestedBy: 'ann', reason: 'the price has moved' });
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
  });
});

/** What the alert's command prints. */
async function shownByRemedy(alert: RaisedAlert | undefined): Promise<string> {
  const [program = '', ...args] = String(alert?.remedy).split(' ');
  expect(program).toBe('temporal');
  const cli = await ensureTemporalCli(() => undefined);
  const { stdout } = await promisify(execFile)(cli, [...args, '--address', temporalAddress()], { timeout: 60_000 });
  return stdout;
}

/** As if other code had run the order before. */
function startWithOtherCode(clientOrderId: string): Promise<void> {
  return withOtherCode(async () => {
    const handle = await test.client.workflow.start('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(clientOrderId),
      args: [{ clientOrderId }],
      // What fails is tried again so much later.
      workflowTaskTimeout: '1 second',
    });
    await eventually(
      async () => (await handle.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes),
      { withinMs: 20_000, what: 'the other code to have run' },
    );
  });
}

async function withOtherCode(work: () => Promise<void>): Promise<void> {
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  try {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../support/other-order-workflow.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    });
    const worker = await Worker.create({ connection, taskQueue: test.taskQueue, workflowBundle });
    await worker.runUntil(work);
  } finally {
    await connection.close();
  }
}

/** Until its task is at this attempt, or later; 0: until it has none. */
async function untilFailing(clientOrderId: string, attempt = 4): Promise<void> {
  const handle = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
  const isThere = async (): Promise<boolean> => {
    const present = (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0;
    return attempt === 0 ? present === 0 : present >= attempt;
  };
  await eventually(isThere, { withinMs: 60_000, what: `attempt ${attempt} of a workflow task` });
}

/** A repair has ten seconds before it counts as without effect. */
async function untilRepairIsOverdue(): Promise<void> {
  await world.sql(`update sync_issues set repaired_at = repaired_at - interval '1 minute'`);
}
