/** Workflow tasks are answered by the test itself, in place of a worker that cannot go on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection, defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import { UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { OrderWorkflows } from '../../src/ports/order-workflows.ts';
import { orderWorkflows } from '../../src/temporal/order-workflows.ts';
import { temporalAddress, uniqueTaskQueue } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';

const NAMESPACE = 'default';
const FAILED = proto.temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;
const WISH = { requestedBy: 'alice', reason: 'the price has moved' };

let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress(), interceptors: [] });
  client = new Client({ connection });
});
afterAll(() => connection?.close());

interface Order {
  clientOrderId: string;
  handle: WorkflowHandle;
  workflows: OrderWorkflows;
  taskToken(): Promise<Uint8Array>;
}

async function startOrder(): Promise<Order> {
  const clientOrderId = `unheard-${randomUUID()}`;
  const taskQueue = uniqueTaskQueue();
  const workflowId = workflowIdOf(clientOrderId);
  await client.workflow.start('orderWorkflow', { taskQueue, workflowId, args: [{ clientOrderId }] });
  return {
    clientOrderId,
    // Of whichever run is the latest.
    handle: client.workflow.getHandle(workflowId),
    workflows: orderWorkflows({ connection, namespace: NAMESPACE, taskQueue, codec: UNENCRYPTED }),
    async taskToken() {
      const poll = { namespace: NAMESPACE, taskQueue: { name: taskQueue }, identity: 'test' };
      const task = await connection.withDeadline(Date.now() + 20_000, () =>
        connection.workflowService.pollWorkflowTaskQueue(poll),
      );
      return task.taskToken;
    },
  };
}

async function failTasks({ taskToken }: Order): Promise<void> {
  for (let failures = 0; failures < 3; failures += 1) {
    const failure = { message: 'the history does not fit' };
    const task = { namespace: NAMESPACE, taskToken: await taskToken(), cause: FAILED, failure };
    await connection.workflowService.respondWorkflowTaskFailed(task);
  }
}

/** What the latest run was signalled. */
async function signals({ handle }: Order): Promise<{ name: string | null | undefined; argument: unknown }[]> {
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

function untilEnded(order: Order): Promise<unknown> {
  return eventually(() => order.workflows.endIfStuck(order.clientOrderId), {
    withinMs: 10_000,
    what: 'the run to be ended',
  });
}

describe('a cancellation that was requested of a run which cannot continue', () => {
  it('is requested of the run that replaces it, with who asked and why', async () => {
    const order = await startOrder();
    await order.handle.signal('observed', {});
    await order.handle.signal('cancelOrder', WISH);
    await failTasks(order);
    await order.handle.signal('observed', {});
    await untilEnded(order);
    expect(await signals(order)).toEqual([{ name: 'cancelOrder', argument: WISH }]);
  });

  it('is requested of the next one even if somebody terminated that run', async () => {
    const order = await startOrder();
    await failTasks(order);
    await order.handle.cancel();
    await order.handle.terminate();
    await order.workflows.resume(order.clientOrderId);
    expect(await signals(order)).toMatchObject([{ name: 'cancelOrder' }]);
  });

  it('is not requested again if the run had received it', async () => {
    const order = await startOrder();
    await order.handle.signal('cancelOrder', WISH);
    const task = { namespace: NAMESPACE, taskToken: await order.taskToken(), commands: [] };
    await connection.workflowService.respondWorkflowTaskCompleted(task);
    await order.handle.signal('observed', {});
    await failTasks(order);
    await untilEnded(order);
    await order.workflows.resume(order.clientOrderId);
    expect(await signals(order)).toEqual([]);
  });
});
