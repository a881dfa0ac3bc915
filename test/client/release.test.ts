import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { OrderSyncClient } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';
import { wire } from './wire.ts';

const WITHIN = { timeoutMs: 30_000 };

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine({ push: true });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterEach(() => test.simulator.faults.clear());
afterAll(() => test?.stop());

async function restingOrder(): Promise<string> {
  const request = limitOrder({ policy: { immediateCheckAttempts: 1, monitorIntervalMs: 60_000 } });
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

function fill(clientOrderId: string): void {
  test.simulator.exchange.act(clientOrderId, { do: 'fill' });
}

/** The workflow goes on after the release, because it still collects the fills. */
function withholdFills(): void {
  test.simulator.faults.add({ match: { endpoint: 'listFills' }, do: { kind: 'omit' } });
}

function workflowOf(clientOrderId: string): WorkflowHandle {
  return test.client.workflow.getHandle(workflowIdOf(clientOrderId));
}

describe('waitForRelease', () => {
  it('tells the release as soon as it is committed, however long the order has rested', async () => {
    withholdFills();
    const resting = await Promise.all(Array.from({ length: 7 }, restingOrder));
    const releases = resting.map(async (clientOrderId) => {
      await orders.waitForRelease(clientOrderId, WITHIN);
      return Date.now();
    });
    await sleep(3_000);
    for (const clientOrderId of resting) {
      fill(clientOrderId);
      await sleep(300);
    }

    const toldAt = await Promise.all(releases);

    const lateMs = await Promise.all(
      resting.map(async (clientOrderId, at) => {
        const events = await test.trades.events(clientOrderId);
        return (toldAt[at] ?? Infinity) - Date.parse(events.find(({ toStatus }) => toStatus === 'completed')?.at ?? '');
      }),
    );
    expect(lateMs.toSorted((one, other) => one - other)[3]).toBeLessThan(150);
  });

  it('tells of an order that fills at once what its workflow tells a moment later', async () => {
    withholdFills();
    const request = marketOrder();
    await orders.place(request);
    const released = await orders.waitForRelease(request.clientOrderId, WITHIN);

    expect(released).toMatchObject({ status: 'completed', immediateFill: true, exchangeStatus: 'FILLED' });
    expect(await orders.state(request.clientOrderId)).toEqual(released);
  });

  it('sends Temporal nothing while the order rests', async () => {
    const clientOrderId = await restingOrder();
    const line = await wire();
    const far = await OrderSyncClient.connect({ address: line.address, taskQueue: test.taskQueue });
    try {
      const released = far.waitForRelease(clientOrderId, WITHIN);
      await sleep(1_000);
      const sentBefore = line.bytesSent();
      await sleep(2_500);
      // HTTP/2 may have answered a ping; a request of any kind is longer.
      expect(line.bytesSent() - sentBefore).toBeLessThan(50);

      fill(clientOrderId);
      expect(await released).toMatchObject({ status: 'completed' });
    } finally {
      await far.close();
      await line.cut();
    }
  });

  it('reads a long history to its end, and goes on with the run in which it is continued', async () => {
    withholdFills();
    const clientOrderId = await restingOrder();
    const early = orders.waitForRelease(clientOrderId, { timeoutMs: 90_000 });
    await signalOften(clientOrderId, 2_000);
    const late = orders.waitForRelease(clientOrderId, { timeoutMs: 90_000 });
    const { runId } = await workflowOf(clientOrderId).describe();

    // A workflow that is about to continue refuses signals.
    await signalOften(clientOrderId, 2_500).catch(() => undefined);
    await eventually(async () => (await workflowOf(clientOrderId).describe()).runId !== runId, {
      withinMs: 20_000,
      what: 'another run',
    });
    fill(clientOrderId);

    for (const released of [early, late, orders.waitForRelease(clientOrderId, WITHIN)]) {
      expect(await released).toMatchObject({ status: 'completed', fillsComplete: false });
    }
  }, 120_000);

  it('goes on when an operator resets the workflow', async () => {
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
    fill(clientOrderId);

    expect(await released).toMatchObject({ status: 'completed' });
  });
});

/** A signal that the workflow does not know is an event of its history like any other. */
async function signalOften(clientOrderId: string, times: number): Promise<void> {
  for (let sent = 0; sent < times; sent += 50) {
    await Promise.all(Array.from({ length: 50 }, () => workflowOf(clientOrderId).signal('unheard')));
  }
}
