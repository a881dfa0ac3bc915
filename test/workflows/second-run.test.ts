import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { syncNow } from '../../src/workflows/order/messages.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { causesOf, monitored } from '../support/scenario.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { eventually, untilPast } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** Ends the latest run and begins another one behind its first workflow task. */
async function resetToTheBeginning({ workflowId }: WorkflowHandle): Promise<void> {
  const { events } = await test.client.workflow.getHandle(workflowId).fetchHistory();
  const firstTask = events?.find((event) => event.workflowTaskCompletedEventAttributes);
  await test.client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    reason: 'test',
    requestId: randomUUID(),
    workflowTaskFinishEventId: firstTask?.eventId ?? null,
  });
}

describe('a second run of an order', () => {
  it('that has ended returns the outcome, and posts and writes nothing', async () => {
    const request = marketOrder();
    const first = await test.outcome(await test.start(request));
    const { fillsComplete } = await untilFillsComplete(test.trades, request.clientOrderId);
    const events = await test.trades.events(request.clientOrderId);

    const second = await test.outcome(await test.start(request));

    expect(second).toMatchObject({ ...first, averageFilledPrice: second.averageFilledPrice, fillsComplete });
    expect(await test.trades.events(request.clientOrderId)).toEqual(events);
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('after a termination goes on monitoring by the client order id alone', async () => {
    const request = marketOrder({ policy: QUICK });
    await (await monitored(test, request)).terminate('test');

    const handle = await test.start({ clientOrderId: request.clientOrderId });
    await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', immediateFill: false });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('after a termination within the placement finds the order by the same body', async () => {
    const request = marketOrder();
    const { clientOrderId } = request;
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId, times: 1 },
      do: { kind: 'hang', when: 'after' },
    });
    const first = await test.start(request);
    await test.untilState(clientOrderId, () => test.simulator.ledger.postCount(clientOrderId) === 1);
    await first.terminate('test');

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'completed' });
    const posts = test.simulator.ledger.posts(clientOrderId);
    expect(posts.map((post) => post.outcome)).toEqual(['created', 'replayed']);
    expect(posts[1]?.body).toBe(posts[0]?.body);
  });

  it('after a termination within the placement only searches when the window is over', async () => {
    const request = marketOrder({ policy: { placeForMs: 4_000 } });
    const { clientOrderId } = request;
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId },
      do: { kind: 'hang', when: 'after' },
    });
    const first = await test.start(request);
    await test.untilState(clientOrderId, () => test.simulator.ledger.postCount(clientOrderId) === 1);
    await first.terminate('test');
    const row = await test.trades.find(clientOrderId);
    await untilPast(Date.parse(row?.createdAt ?? '') + 4_000);

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);
  });

  it('by a reset to the beginning resumes a monitored order', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await monitored(test, request);

    await resetToTheBeginning(handle);

    await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    const latest = test.client.workflow.getHandle(handle.workflowId);
    expect(await test.outcome(latest)).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
    await untilFillsComplete(test.trades, request.clientOrderId);
    expect(causesOf(await test.trades.events(request.clientOrderId)).filter((cause) => cause === 'fills')).toHaveLength(
      1,
    );
  });

  it('by a reset to the beginning leaves an ended order as it is', async () => {
    const request = marketOrder();
    const handle = await test.start(request);
    const first = await test.outcome(handle);
    const row = await untilFillsComplete(test.trades, request.clientOrderId);

    await resetToTheBeginning(handle);

    const second = await test.outcome(test.client.workflow.getHandle(handle.workflowId));
    expect(second).toMatchObject({ status: 'completed', filledAt: first.filledAt, detectedBy: first.detectedBy });
    expect(await test.trades.find(request.clientOrderId)).toEqual(row);
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('by a signal with start looks at an ended order once more, and it stays ended', async () => {
    const request = marketOrder();
    await test.outcome(await test.start(request));

    const handle = await test.client.workflow.signalWithStart('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [{ clientOrderId: request.clientOrderId }],
      signal: 'manualSync',
      signalArgs: [{ requestedBy: 'mia', reason: 'audit' }],
    });

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'immediate-check' });
    const events = await test.trades.events(request.clientOrderId);
    expect(events.find(({ cause }) => cause === 'manual_sync')).toMatchObject({
      fromStatus: 'completed',
      toStatus: 'completed',
      requestedBy: 'mia',
    });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });
});

describe('a new order', () => {
  it('that is signalled before its first workflow task is placed, and synced', async () => {
    const request = marketOrder();

    const handle = await test.client.workflow.signalWithStart('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [request],
      signal: 'manualSync',
    });

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
    const causes = causesOf(await test.trades.events(request.clientOrderId));
    expect(causes.some((cause) => cause.startsWith('manual_sync'))).toBe(true);
  });

  it('that is started with an update is placed, and reported', async () => {
    const request = marketOrder();
    const startWorkflowOperation = new WithStartWorkflowOperation('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [request],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });

    const report = await test.client.workflow.executeUpdateWithStart(syncNow, {
      startWorkflowOperation,
    });

    expect(report).toMatchObject({ clientOrderId: request.clientOrderId, before: { state: expect.any(String) } });
    expect(await test.outcome(await startWorkflowOperation.workflowHandle())).toMatchObject({ status: 'completed' });
  });
});

describe('an order whose history grows long', () => {
  /** Temporal suggests a new run from here on. */
  const LONG = 4_096;

  it('continues in a new run, and misses nothing', async () => {
    const request = limitOrder({ policy: QUICK });
    const first = await monitored(test, request);
    const { runId } = await first.describe();
    for (let sent = 0; sent < LONG; sent += 64) {
      await Promise.all(
        // The server refuses signals for a moment while the run gives way to the next; these are only there to be many.
        Array.from({ length: 64 }, () => first.signal('nobody listens to this').catch(ignoreClosing)),
      );
    }

    const latest = test.client.workflow.getHandle(first.workflowId);
    await eventually(async () => (await latest.describe()).runId !== runId, {
      withinMs: 60_000,
      what: 'another run',
    });
    await latest.signal('manualSync');
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    expect(await test.outcome(latest, 60_000)).toMatchObject({ status: 'completed' });
    expect((await latest.describe()).runId).not.toBe(runId);
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });
});

function ignoreClosing(error: unknown): void {
  if (!String((error as Error).cause ?? error).includes('workflow is closing')) throw error;
}
