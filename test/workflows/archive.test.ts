import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MikroORM } from '@mikro-orm/postgresql';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrm } from '../../src/database/orm.ts';
import { clientOrderIdOf, workflowIdOf } from '../../src/domain/order/order-request.ts';
import { orderStateOf } from '../../src/domain/order/order-state.ts';
import type { HistoryArchive } from '../../src/ports/history-archive.ts';
import { buildIdOf } from '../../src/temporal/builds.ts';
import { archive, jsonOf } from '../support/archiving.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { replayAll, type History } from '../support/replay.ts';
import { workflowBundle } from '../support/resources.ts';
import { monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let histories: HistoryArchive;
let orm: MikroORM;
beforeAll(async () => {
  test = await startTestEngine({ feed: false });
  ({ histories } = test.engine.database);
  orm = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2);
});
afterAll(async () => {
  await orm?.close();
  await test?.stop();
});

function sql(query: string, ...parameters: unknown[]): Promise<object[]> {
  return orm.em.fork().execute(query, parameters);
}

async function filled(): Promise<{ clientOrderId: string; runId: string }> {
  const request = marketOrder();
  const handle = await test.start(request);
  await test.outcome(handle);
  return { clientOrderId: request.clientOrderId, runId: await runIdOf(handle) };
}

/** No feed runs here, so that the order has to be asked about. */
async function filledAndSynced(handle: WorkflowHandle): Promise<void> {
  test.simulator.exchange.act(clientOrderIdOf(handle.workflowId), { do: 'fill' });
  await handle.executeUpdate('syncNow');
  await test.outcome(handle);
}

/** Of the run that began last. */
async function runIdOf({ workflowId }: WorkflowHandle): Promise<string> {
  return (await test.client.workflow.getHandle(workflowId).describe()).runId;
}

function alertsOf(kind: string): typeof test.alerts {
  return test.alerts.filter(({ alert }) => alert === kind);
}

describe('archiveWorkflow', () => {
  it("archives a closed run: Temporal's own JSON with its hash, the build that ran it and the order as it ended", async () => {
    const { clientOrderId, runId } = await filled();

    expect(await archive(test)).toMatchObject({
      archived: 1,
      lost: 0,
      failed: 0,
      problem: null,
      waiting: 0,
      deleted: 0,
    });

    const [run, ...others] = await histories.runsOf(clientOrderId);
    if (run === undefined) throw new Error('the run was not archived');
    expect(others).toEqual([]);
    const handle = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
    const [history, description] = await Promise.all([handle.fetchHistory(), handle.describe()]);
    // The server gives maps in another order each time.
    expect(JSON.parse(jsonOf(run))).toEqual(JSON.parse(historyToJSON(history)));
    const trade = await test.trades.find(clientOrderId);
    expect(run).toMatchObject({
      runId,
      workflowId: workflowIdOf(clientOrderId),
      closeStatus: 'COMPLETED',
      eventCount: history.events?.length,
      buildId: buildIdOf(await readFile(workflowBundle().codePath, 'utf8')),
      finalState: trade && orderStateOf(trade),
    });
    expect(new Date(run.startedAt)).toEqual(description.startTime);
    expect(new Date(run.closedAt)).toEqual(description.closeTime);
  });

  it('archives what replays, from the archive alone', async () => {
    const { clientOrderId } = await filled();
    await archive(test);
    const [run] = await histories.runsOf(clientOrderId);
    if (run === undefined) throw new Error('the run was not archived');
    expect(await replayAll(new Map([[run.workflowId, JSON.parse(jsonOf(run)) as History]]))).toEqual([]);
  });

  it('archives each run once, and nothing of an order that is open', async () => {
    await monitored(test, limitOrder({ policy: SLOW }));
    await filled();
    expect(await archive(test)).toMatchObject({ archived: 1, waiting: 0 });
    expect(await archive(test)).toMatchObject({ archived: 0, waiting: 0 });
  });

  it('archives a run that was terminated, although its order goes on in another, and that one when it ends', async () => {
    const request = limitOrder({ policy: { ...SLOW, monitorIntervalMs: 1_000 } });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    const runId = await runIdOf(handle);
    await handle.terminate('by mistake');
    const again = await test.start({ clientOrderId }, clientOrderId);
    await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');

    expect(await archive(test)).toMatchObject({ archived: 1, waiting: 0 });
    expect(await histories.runsOf(clientOrderId)).toMatchObject([
      { runId, closeStatus: 'TERMINATED', finalState: { status: 'pending' } },
    ]);

    await filledAndSynced(again);
    expect(await archive(test)).toMatchObject({ archived: 1, waiting: 0 });
    expect(await histories.runsOf(clientOrderId)).toMatchObject([
      { closeStatus: 'TERMINATED' },
      { runId: await runIdOf(again), closeStatus: 'COMPLETED', finalState: { status: 'completed' } },
    ]);
  });

  it('archives a run that has continued as new while its order is open', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    const runId = await runIdOf(handle);
    await withLongHistory(handle.workflowId);
    await eventually(async () => (await runIdOf(handle)) !== runId, {
      withinMs: 30_000,
      what: 'another run',
    });
    await eventually(async () => (await histories.waiting(null, 10)).runs.length > 0, {
      withinMs: 10_000,
      what: 'a note of it',
    });

    expect(await archive(test)).toMatchObject({ archived: 1, waiting: 0 });
    const [run] = await histories.runsOf(request.clientOrderId);
    expect(run).toMatchObject({ runId, closeStatus: 'CONTINUED_AS_NEW' });
    expect(run?.eventCount).toBeGreaterThan(4_096);
  });

  it('finds the run that a reset leaves', async () => {
    const request = limitOrder({ policy: { ...SLOW, monitorIntervalMs: 1_000 } });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    const runId = await runIdOf(handle);
    const { events } = await handle.fetchHistory();
    // The last task, so that the run that goes on from there does not open the order again.
    const task = events?.findLast((event) => event.workflowTaskCompletedEventAttributes);
    const reset = await test.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId, runId },
      reason: 'a test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: task?.eventId ?? null,
    });
    await filledAndSynced(test.client.workflow.getHandle(handle.workflowId));

    await archive(test);
    await archive(test);
    expect((await histories.runsOf(clientOrderId)).map((run) => [run.runId, run.closeStatus])).toEqual([
      [runId, 'TERMINATED'],
      [reset.runId, 'COMPLETED'],
    ]);
  });
});

describe('archiveWorkflow alerts an operator', () => {
  it('that Temporal had dropped a run before it was archived, and does not count it as waiting', async () => {
    const { clientOrderId } = await filled();
    await archive(test);
    await histories.noteRun({ clientOrderId, runId: randomUUID() });

    expect(await archive(test)).toMatchObject({ archived: 0, lost: 1, waiting: 0 });

    expect(alertsOf('archive-lost')).toMatchObject([{ severity: 'critical', lost: '1', remedy: 'order-sync doctor' }]);
    expect(await histories.backlog()).toMatchObject({ runs: 0, lost: 1 });
  });

  it('that a run has waited for a quarter of the time that Temporal keeps it', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    // The row says that it has ended, and its workflow goes on: so it waits.
    await sql(
      `update trades set status = 'cancelled', ended_at = clock_timestamp() - interval '10 hours' where client_order_id = ?`,
      request.clientOrderId,
    );

    expect(await archive(test)).toMatchObject({ archived: 0, stillOpen: 1, waiting: 1 });

    expect(alertsOf('archive-late')).toMatchObject([{ severity: 'warning', waiting: '1' }]);
    await handle.terminate();
    expect(await archive(test)).toMatchObject({ archived: 1, waiting: 0 });
  });
});

describe('retention', () => {
  it('deletes only what closed before, where the settings say so, and leaves a record', async () => {
    const old = await filled();
    const young = await filled();
    await archive(test);
    await sql('alter table workflow_histories disable trigger user');
    await sql(
      `update workflow_histories set closed_at = closed_at - interval '3 days' where client_order_id = ?`,
      old.clientOrderId,
    );
    await sql('alter table workflow_histories enable trigger user');
    await sql(
      `insert into clock_offsets (process, clock, offset_ms, measured_at)
       values ('1@gone', 'database', 0, clock_timestamp() - interval '3 days')`,
    );

    expect(await archive(test)).toMatchObject({ deleted: 0 });
    expect(await sql(`select from clock_offsets where process = '1@gone'`)).toHaveLength(1);
    expect(await archive(test, { keepDays: 2 })).toMatchObject({ deleted: 1 });
    expect(await sql(`select from clock_offsets where process = '1@gone'`)).toHaveLength(0);

    expect(await histories.runsOf(old.clientOrderId)).toEqual([]);
    expect(await histories.runsOf(young.clientOrderId)).toHaveLength(1);
    expect(await sql('select run_id, reason from archive_deletions')).toEqual([
      { run_id: old.runId, reason: 'closed more than 2 days before' },
    ]);
  });
});

/** Long enough for Temporal to suggest that the workflow continues as new. No handler hears of these signals. */
async function withLongHistory(workflowId: string): Promise<void> {
  const handle = test.client.workflow.getHandle(workflowId);
  let left = 4_100;
  const lanes = Array.from({ length: 40 }, async () => {
    while (left-- > 0) await handle.signal('nothing');
  });
  await Promise.all(lanes);
}
