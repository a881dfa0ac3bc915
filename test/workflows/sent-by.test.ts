/** Beside what somebody says of themselves, an order's events tell who sent it: Temporal's identity of the client. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { EventCause } from '../../src/domain/order/trade-event.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ feed: false });
});
afterAll(() => test?.stop());

function clientOf(identity: string): Client {
  return new Client({ connection: test.client.connection, identity });
}

function handleOf(identity: string, { clientOrderId }: OrderRequest): WorkflowHandle {
  return clientOf(identity).workflow.getHandle(workflowIdOf(clientOrderId));
}

async function startAs(identity: string, request: OrderRequest): Promise<WorkflowHandle> {
  const start = { taskQueue: test.taskQueue, workflowId: workflowIdOf(request.clientOrderId), args: [request] };
  return clientOf(identity).workflow.start('orderWorkflow', start);
}

async function resting(): Promise<OrderRequest> {
  const request = limitOrder({ policy: SLOW });
  await startAs('bot7', request);
  await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
  return request;
}

function eventOf({ clientOrderId }: OrderRequest, cause: EventCause): Promise<StoredEvent> {
  return eventually(async () => (await test.trades.events(clientOrderId)).find((event) => event.cause === cause), {
    withinMs: 10_000,
    what: `the event ${cause} of ${clientOrderId}`,
  });
}

describe('the sender of a request', () => {
  it('is recorded with the intent, in one workflow task of ten events at most', async () => {
    const request = marketOrder();

    const handle = await startAs('bot7', request);
    await test.outcome(handle);

    expect(await eventOf(request, 'intent')).toMatchObject({ requestedBy: null, sentBy: 'bot7' });
    expect(await eventOf(request, 'post_attempt')).toMatchObject({ sentBy: null });
    const { events = [] } = await handle.fetchHistory();
    expect(events?.length).toBeLessThanOrEqual(10);
    expect(events?.filter((event) => event.workflowTaskCompletedEventAttributes)).toHaveLength(1);
  });

  it('is recorded with a signal that says nothing, as the Temporal UI sends it', async () => {
    const request = await resting();

    await handleOf('temporal-ui of ann', request).signal('cancelOrder');

    expect(await eventOf(request, 'cancel_requested')).toMatchObject({
      requestedBy: null,
      sentBy: 'temporal-ui of ann',
      evidence: null,
    });
  });

  it('stands beside the name that the request gives, for an update and a refused resolution as well', async () => {
    const request = await resting();

    await handleOf('desk-1', request).executeUpdate('syncNow', { args: [{ requestedBy: 'ann', reason: 'slow' }] });
    await handleOf('desk-2', request).signal('resolveOrder', { status: 'failed', requestedBy: 'bob', reason: 'x' });

    expect(await eventOf(request, 'manual_sync')).toMatchObject({ requestedBy: 'ann', sentBy: 'desk-1' });
    expect(await eventOf(request, 'resolve_refused')).toMatchObject({ requestedBy: 'bob', sentBy: 'desk-2' });
  });

  it('is the one that comes with the start', async () => {
    const request = limitOrder({ policy: SLOW });
    const workflowId = workflowIdOf(request.clientOrderId);

    const start = { taskQueue: test.taskQueue, workflowId, args: [request], signal: 'cancelOrder' };
    await clientOf('bot8').workflow.signalWithStart('orderWorkflow', start);

    expect(await eventOf(request, 'intent')).toMatchObject({ sentBy: 'bot8' });
    expect(await eventOf(request, 'withdrawn')).toMatchObject({ sentBy: 'bot8' });
  });

  it('cannot be chosen in the request', async () => {
    const request = await resting();
    const forged = { requestedBy: 'ann', reason: 'x', sentBy: 'the boss' };

    await handleOf('mallory', request).signal('manualSync', forged, 'the boss');

    expect(await eventOf(request, 'manual_sync')).toMatchObject({
      requestedBy: null,
      sentBy: 'mallory',
      evidence: { argument: forged },
    });
  });

  it('is recorded for a fact that cannot be read, and nobody can ask by one', async () => {
    const request = await resting();
    const { orderId } = await test.state(request.clientOrderId);
    const order = { ...test.simulator.ledger.order(orderId ?? ''), orderId };
    const fact = { type: 'observed', key: 'k', at: new Date().toISOString(), order, source: 'look' };

    const asker = { requestedBy: 'ann', reason: null, sentBy: 'the boss' };
    await handleOf('mallory', request).signal('observed', { ...fact, requester: asker });

    expect(await eventOf(request, 'unreadable_signal')).toMatchObject({ requestedBy: null, sentBy: 'mallory' });
  });
});
