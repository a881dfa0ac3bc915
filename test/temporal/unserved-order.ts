/** An order's workflow whose tasks no worker takes: the test answers them itself. */
import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import { UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { OrderWorkflows } from '../../src/ports/order-workflows.ts';
import { orderWorkflows } from '../../src/temporal/order-workflows.ts';
import { temporalAddress, uniqueTaskQueue } from '../support/resources.ts';

const NAMESPACE = 'default';
const FAILED = proto.temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;

export class UnservedOrder {
  readonly clientOrderId = `unserved-${randomUUID()}`;
  readonly workflows: OrderWorkflows;
  /** Of whichever run is the latest. */
  readonly handle: WorkflowHandle;
  readonly #connection: Connection;
  readonly #taskQueue = uniqueTaskQueue();

  private constructor(connection: Connection) {
    this.#connection = connection;
    const taskQueue = this.#taskQueue;
    this.workflows = orderWorkflows({ connection, namespace: NAMESPACE, taskQueue, codec: UNENCRYPTED });
    this.handle = new Client({ connection }).workflow.getHandle(workflowIdOf(this.clientOrderId));
  }

  static async start(connection: Connection): Promise<UnservedOrder> {
    const order = new UnservedOrder(connection);
    const { clientOrderId } = order;
    await new Client({ connection }).workflow.start('orderWorkflow', {
      taskQueue: order.#taskQueue,
      workflowId: workflowIdOf(clientOrderId),
      args: [{ clientOrderId }],
    });
    return order;
  }

  static connect(): Promise<Connection> {
    return Connection.connect({ address: temporalAddress(), interceptors: [] });
  }

  /** The next task, done without a command: the workflow waits for something to happen. */
  async completeTask(): Promise<void> {
    const task = { namespace: NAMESPACE, taskToken: await this.#taskToken(), commands: [] };
    await this.#connection.workflowService.respondWorkflowTaskCompleted(task);
  }

  /** As often as a workflow's task has to fail for it to be stuck. */
  async failTasks(): Promise<void> {
    for (let failures = 0; failures < 3; failures += 1) {
      const failure = { message: 'the history does not fit' };
      const task = { namespace: NAMESPACE, taskToken: await this.#taskToken(), cause: FAILED, failure };
      await this.#connection.workflowService.respondWorkflowTaskFailed(task);
    }
  }

  async #taskToken(): Promise<Uint8Array> {
    const poll = { namespace: NAMESPACE, taskQueue: { name: this.#taskQueue }, identity: 'test' };
    const task = await this.#connection.withDeadline(Date.now() + 20_000, () =>
      this.#connection.workflowService.pollWorkflowTaskQueue(poll),
    );
    return task.taskToken;
  }
}
