/** The calls of an order's workflow. Everything here throws Temporal's own errors, but for OrderEndedError. */
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
import type { Requester } from '../domain/order/requester.ts';
import { workflowIdOf, type GivenRequest } from '../domain/order/order-request.ts';
import { startOptions } from '../domain/order/start-options.ts';
import type { OrderOutcome, OrderState } from '../domain/order/order-state.ts';
import { isEnded } from '../domain/order/trade.ts';
import { OrderEndedError } from './errors.ts';
import { waitForOutcome } from './release.ts';

const WORKFLOW_TYPE = 'orderWorkflow';

export interface Engine {
  client: Client;
  taskQueue: string;
}

/**
 * Update-with-start: answers what the update answers, and starts the workflow with `request` where it does not run. A
 * second run does no harm: every run reads the order's row first. A run that fails before it can answer throws its own
 * failure.
 */
export async function updateWithStart<Answer>(
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
    ...startOptions(request),
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

/** The order's end, without a worker where the workflow has closed already. Throws what became of a run that had none. */
export async function readOutcome(engine: Engine, clientOrderId: string, stop: AbortSignal): Promise<OrderOutcome> {
  const workflowId = workflowIdOf(clientOrderId);
  try {
    return await waitForOutcome(engine.client, workflowId, stop);
  } catch (error) {
    if (!wasRefused(error)) throw error;
    const state = await resume(engine, clientOrderId);
    return isEnded(state.status) ? state : waitForOutcome(engine.client, workflowId, stop);
  }
}

/** Starts a workflow where none runs, but for a cancel of an order that has ended. */
export async function signalWithStart(
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
    const start = { workflowId, taskQueue, args: [{ clientOrderId }], ...startOptions({ clientOrderId }) };
    await client.workflow.signalWithStart(WORKFLOW_TYPE, { ...start, signal, signalArgs: [requester] });
  }
}

/** The present state of an order that has a row, read by a run of its own where none is under way. */
function resume(engine: Engine, clientOrderId: string): Promise<OrderState> {
  return updateWithStart<OrderState>(engine, { clientOrderId }, 'place', { clientOrderId });
}

/** The last run was of a request that the engine refused, so it says nothing about the order that may have the id. */
function wasRefused(error: unknown): boolean {
  if (!(error instanceof WorkflowFailedError)) return false;
  return hasType(error.cause, 'ClientOrderIdConflict') || hasType(error.cause, 'InvalidOrderRequest');
}

/** The server's own failure for an update whose workflow ended while its handler was waiting. */
function endedUnanswered(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError && hasType(error.cause, 'AcceptedUpdateCompletedWorkflow');
}

function hasType(cause: Error | undefined, type: string): boolean {
  return cause instanceof ApplicationFailure && cause.type === type;
}
