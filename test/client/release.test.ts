import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { OrderSyncClient } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { startLinkProxy } from '../links/link-proxy.ts';
import { limitOrder, marketOrder, type TestEngine } from '../support/engine.ts';
import { EVENTS_A_RUN, startShortRuns } from '../support/long-lived.ts';
import { SLOW } from '../support/policies.ts';
import { eventually } from '../support/waiting.ts';

const WITHIN = { timeoutMs: 30_000 };

let world: Awaited<ReturnType<typeof startShortRuns>>;
let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  world = await startShortRuns({ push: true });
  ({ test } = world);
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterEach(() => test.simulator.faults.clear());
afterAll(() => world?.stop());

async function restingOrder(): Promise<string> {
  const request = limitOrder({ policy: SLOW });
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

/** At the exchange; a sync finds it where no push does. */
async function fill(clientOrderId: string): Promise<void> {
  test.simulator.exchange.act(clientOrderId, { do: 'fill' });
  await orders.requestSync(clientOrderId);
}

function workflowOf(clientOrderId: string): WorkflowHandle {
  return test.client.workflow.getHandle(workflowIdOf(clientOrderId));
}

describe('waitForRelease', () => {
  it('returns the end of a resting order without waiting for its fills to be listed', async () => {
    test.simulator.faults.add({ match: { endpoint: 'listFills' }, do: { kind: 'omit' } });
    const clientOrderId = await restingOrder();
    const released = orders.waitForRelease(clientOrderId, WITHIN);

    await fill(clientOrderId);

    expect(await released).toMatchObject({ status: 'completed', exchangeStatus: 'FILLED', fillsComplete: false });
    expect(await orders.state(clientOrderId)).toEqual(await released);
  });

  it('sends Temporal nothing while the order rests', async () => {
    const clientOrderId = await restingOrder();
    const link = await startLinkProxy(test.environment['TEMPORAL_ADDRESS'] ?? '');
    let bytesSent = 0;
    link.onSent(({ length }) => (bytesSent += length));
    const remote = await OrderSyncClient.connect({ address: link.target, taskQueue: test.taskQueue });
    try {
      const released = remote.waitForRelease(clientOrderId, WITHIN);
      await sleep(1_000);
      const sentBefore = bytesSent;
      await sleep(2_500);
      // HTTP/2 may have answered a ping; a request of any kind is longer.
      expect(bytesSent - sentBefore).toBeLessThan(50);

      await fill(clientOrderId);
      expect(await released).toMatchObject({ status: 'completed' });
    } finally {
      await remote.close();
      await link.close();
    }
  });

  it('follows a long history into its next run', async () => {
    const clientOrderId = await restingOrder();
    const { runId } = await workflowOf(clientOrderId).describe();
    const early = orders.waitForRelease(clientOrderId, { timeoutMs: 90_000 });

    // A workflow that is about to continue refuses signals.
    await signalOften(clientOrderId, EVENTS_A_RUN).catch(() => undefined);
    await eventually(async () => (await workflowOf(clientOrderId).describe()).runId !== runId, {
      withinMs: 20_000,
      what: 'another run',
    });
    await fill(clientOrderId);

    expect(await early).toMatchObject({ status: 'completed' });
    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toEqual(await early);
  });

  it('continues when an operator resets the workflow', async () => {
    const clientOrderId = await restingOrder();
    const released = orders.waitForRelease(clientOrderId, WITHIN);
    const { events } = await workflowOf(clientOrderId).fetchHistory();

    await test.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: workflowIdOf(clientOrderId) },
      reason: 'test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId ?? null,
    });
    await test.untilState(clientOrderId, ({ status }) => status === 'pending');
    await fill(clientOrderId);

    expect(await released).toMatchObject({ status: 'completed' });
  });

  it('continues when the order gets another run after a termination', async () => {
    const clientOrderId = await restingOrder();
    await workflowOf(clientOrderId).terminate('by mistake');
    await orders.sync(clientOrderId);
    const released = orders.waitForRelease(clientOrderId, WITHIN);

    await fill(clientOrderId);

    expect(await released).toMatchObject({ status: 'completed' });
  });

  it('returns the end of an order under whose id a malformed request was refused', async () => {
    const request = marketOrder();
    await orders.place(request);
    const released = await orders.waitForRelease(request.clientOrderId, WITHIN);
    const refused = await test.start({ ...request, side: 'UP' });
    await refused.result().catch(() => undefined);

    expect(await orders.waitForRelease(request.clientOrderId, WITHIN)).toMatchObject({ orderId: released.orderId });
  });
});

/** A signal that the workflow does not know is an event of its history like any other. */
async function signalOften(clientOrderId: string, times: number): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => workflowOf(clientOrderId).signal('unheard')));
}
