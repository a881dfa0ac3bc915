/** What is said to an order's workflow, in Temporal's terms. Everything here throws Temporal's own errors, but for OrderEndedError. */
import { randomUUID } from 'node:crypto';
import {
  ApplicationFailure,
  QueryNotRegisteredError,
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { Requester } from '../domain/order/order-context.ts';
import { workflowIdOf, type GivenRequest } from '../domain/order/order-request.ts';
import type { OrderOutcome, OrderState } from '../domain/order/trade.ts';
import { OrderEndedError } from './errors.ts';
import { untilReleased } from './release.ts';

const WORKFLOW_TYPE = 'orderWorkflow';

export interface Engine {
  client: Client;
  taskQueue: string;
}

/**
 * Update-with-start: answers what the update answers, and starts the workflow with `request` where it does not run. A
 * second life does no harm: every run reads the order's row first. A run that fails before it can answer throws its own
 * failure.
 */
export async function ask<Answer>(
  { client, taskQueue }: Engine,
  request: GivenRequest,
  update: string,
  argument: unknown,
): Promise<Answer> {
  const workflowId = workflowIdOf(request.clientOrderId);
  const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPE, {
    workflowId,
    taskQueue,
    args: [request],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  });
  const options = { args: [argument], updateId: randomUUID(), startWorkflowOperation };
  try {
    return await client.workflow.executeUpdateWithStart<() => Promise<unknown>, Answer, unknown[]>(update, options);
  } catch (error) {
    if (endedUnanswered(error)) await client.workflow.result(workflowId);
    throw error;
  }
}

export async function readState(engine: Engine, clientOrderId: string): Promise<OrderState> {
  try {
    return await engine.client.workflow.getHandle(workflowIdOf(clientOrderId)).query<OrderState>('orderState');
  } catch (error) {
    // So it looks when the query fails: this run has no row yet, or was refused and never had one.
    if (error instanceof QueryNotRegisteredError) return resume(engine, clientOrderId);
    throw error;
  }
}

/**
 * The state as soon as the order has ended. Of a closed run the outcome tells it, without a worker; or throws what
 * became of the run.
 */
export async function readRelease(engine: Engine, clientOrderId: string, stop: AbortSignal): Promise<OrderState> {
  const release = await untilReleased(engine.client, workflowIdOf(clientOrderId), stop);
  if (release.how === 'closed') return readOutcome(engine, clientOrderId);
  return release.state ?? readState(engine, clientOrderId);
}

export async function readOutcome(engine: Engine, clientOrderId: string): Promise<OrderOutcome> {
  const workflowId = workflowIdOf(clientOrderId);
  try {
    return (await engine.client.workflow.result(workflowId)) as OrderOutcome;
  } catch (error) {
    // The last run was another order's, refused because the id is taken; the order itself has its outcome.
    if (!(error instanceof WorkflowFailedError && hasType(error.cause, 'ClientOrderIdConflict'))) throw error;
    await resume(engine, clientOrderId);
    return (await engine.client.workflow.result(workflowId)) as OrderOutcome;
  }
}

/** A signal, which wakes the order where its workflow no longer runs: but for a cancel, which an ended order cannot use. */
export async function tell(
  { client, taskQueue }: Engine,
  clientOrderId: string,
  signal: 'manualSync' | 'cancelOrder',
  requester: Partial<Requester>,
): Promise<void> {
  const workflowId = workflowIdOf(clientOrderId);
  const handle = client.workflow.getHandle(workflowId);
  try {
    await handle.signal(signal, requester);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // A closed workflow counts as not found, too. This one throws only where there is none.
    const { status } = await handle.describe();
    if (signal === 'cancelOrder' && status.name === 'COMPLETED') throw new OrderEndedError(clientOrderId);
    const start = { workflowId, taskQueue, args: [{ clientOrderId }] };
    await client.workflow.signalWithStart(WORKFLOW_TYPE, { ...start, signal, signalArgs: [requester] });
  }
}

/** The present state of an order that has a row, read by a run of its own where none is under way. */
function resume(engine: Engine, clientOrderId: string): Promise<OrderState> {
  return ask<OrderState>(engine, { clientOrderId }, 'place', { clientOrderId });
}

/** The server's own failure for an update whose workflow ended while its handler was waiting. */
function endedUnanswered(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError && hasType(error.cause, 'AcceptedUpdateCompletedWorkflow');
}

function hasType(cause: Error | undefined, type: string): boolean {
  return cause instanceof ApplicationFailure && cause.type === type;
}
