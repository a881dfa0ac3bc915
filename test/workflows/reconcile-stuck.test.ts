import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { TestEngine } from '../support/engine.ts';
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
  it('is replaced by one that goes on from the row, when a repair had no effect', async () => {
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
  }, 120_000);
});

/** As if other code had run the order before. */
async function startWithOtherCode(clientOrderId: string): Promise<void> {
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  try {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../support/other-order-workflow.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    });
    const worker = await Worker.create({ connection, taskQueue: test.taskQueue, workflowBundle });
    await worker.runUntil(async () => {
      await world.watch(clientOrderId);
      const handle = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
      await eventually(
        async () => (await handle.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes),
        { withinMs: 20_000, what: 'the other code to have run' },
      );
    });
  } finally {
    await connection.close();
  }
}

async function untilFailing(clientOrderId: string): Promise<void> {
  const handle = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
  await eventually(async () => ((await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0) >= 3, {
    withinMs: 60_000,
    what: 'workflow tasks to fail',
  });
}

/** A repair has ten seconds before it counts as without effect. */
async function untilRepairIsOverdue(): Promise<void> {
  await world.sql(`update sync_issues set repaired_at = repaired_at - interval '1 minute'`);
}
