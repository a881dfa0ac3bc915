import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defaultPayloadConverter, type Connection } from '@temporalio/client';
import { eventually } from '../support/waiting.ts';
import { UnservedOrder } from './unserved-order.ts';

const WISH = { requestedBy: 'alice', reason: 'the price has moved' };

let connection: Connection;
beforeAll(async () => {
  connection = await UnservedOrder.connect();
});
afterAll(() => connection?.close());

/** What the latest run was signalled. */
async function signals({ handle }: UnservedOrder): Promise<{ name: string | null | undefined; argument: unknown }[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const payload = signal?.input?.payloads?.[0];
    if (!signal) return [];
    return {
      name: signal.signalName,
      argument: payload ? defaultPayloadConverter.fromPayload<unknown>(payload) : null,
    };
  });
}

function untilEnded(order: UnservedOrder): Promise<unknown> {
  return eventually(() => order.workflows.endIfStuck(order.clientOrderId), {
    withinMs: 10_000,
    what: 'the run to be ended',
  });
}

describe('a cancellation that was requested of a run which cannot continue', () => {
  it('is requested of the run that replaces it, with who asked and why', async () => {
    const order = await UnservedOrder.start(connection);
    await order.handle.signal('observed', {});
    await order.handle.signal('cancelOrder', WISH);
    await order.failTasks();
    await order.handle.signal('observed', {});
    await untilEnded(order);
    expect(await signals(order)).toEqual([{ name: 'cancelOrder', argument: WISH }]);
  });

  it('is requested of the next one even if somebody terminated that run', async () => {
    const order = await UnservedOrder.start(connection);
    await order.failTasks();
    await order.handle.cancel();
    await order.handle.terminate();
    await order.workflows.resume(order.clientOrderId);
    expect(await signals(order)).toMatchObject([{ name: 'cancelOrder' }]);
  });

  it('is not requested again if the run had received it', async () => {
    const order = await UnservedOrder.start(connection);
    await order.handle.signal('cancelOrder', WISH);
    await order.completeTask();
    await order.handle.signal('observed', {});
    await order.failTasks();
    await untilEnded(order);
    await order.workflows.resume(order.clientOrderId);
    expect(await signals(order)).toEqual([]);
  });
});
