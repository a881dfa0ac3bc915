/** The orders' workflows as the feed and reconciliation reach them, over Temporal's own client. */
import { Client, WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { clientOrderIdOf, workflowIdOf } from '../domain/order/order-request.ts';
import { startOptions } from '../domain/order/start-options.ts';
import type { OrderWorkflows, RunningWorkflow } from '../ports/order-workflows.ts';
import { GRPC, grpcStatus, soon } from './answers.ts';
import type { TemporalAccess } from './connection.ts';
import { messageIn } from './encoded-failures.ts';
import { unhandledCancel } from './unhandled-cancel.ts';

/** A list of 10,000 is ten pages. */
const LIST_WITHIN_MS = 60_000;
const PAGE_SIZE = 1_000;
/** In a row. One task fails when its worker dies; a second one may by coincidence. */
const STUCK_AFTER_FAILURES = 3;
/** The task's failure is among the last events: what comes after it is signals that wait. */
const LAST_EVENTS = 20;
const MAX_REASON_LENGTH = 300;
/** A task that has waited for longer waits for a worker that does not come. */
const WORKER_COMES_WITHIN_MS = 300_000;
const ID_PREFIX = workflowIdOf('');

export function orderWorkflows({ connection, namespace, taskQueue, codec }: TemporalAccess): OrderWorkflows {
  const { workflow } = new Client({ connection, namespace, dataConverter: codec.dataConverter });
  /** A run that reads the row, resumes and never posts: of the request it has the id alone. */
  const resumption = (clientOrderId: string) =>
    ({
      taskQueue,
      workflowId: workflowIdOf(clientOrderId),
      args: [{ clientOrderId }],
      ...startOptions({ clientOrderId }),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    }) as const;

  const signal = async (clientOrderId: string, name: string, argument: unknown): Promise<boolean> => {
    const handle = workflow.getHandle(workflowIdOf(clientOrderId));
    const sent = soon(connection, async () => {
      await handle.signal(name, argument);
      return true;
    });
    return (await sent.catch(ignoreNotFound)) ?? false;
  };

  const signalWithStart = async (clientOrderId: string, name: string, argument: unknown): Promise<void> => {
    const start = { ...resumption(clientOrderId), signal: name, signalArgs: [argument] };
    await soon(connection, () => workflow.signalWithStart('orderWorkflow', start));
  };

  return {
    signalFact: (clientOrderId, fact) => signal(clientOrderId, fact.type, fact),

    signalOrResume: (clientOrderId, fact) => signalWithStart(clientOrderId, fact.type, fact),
    cancelOrResume: (clientOrderId, requester) => signalWithStart(clientOrderId, 'cancelOrder', requester),

    async resume(clientOrderId) {
      if (await startUnhandledCancel(clientOrderId)) return;
      const start = { ...resumption(clientOrderId), workflowIdConflictPolicy: 'USE_EXISTING' } as const;
      await soon(connection, () => workflow.start('orderWorkflow', start));
    },

    async requestSync(clientOrderId, reason) {
      const asked = { requestedBy: 'reconciliation', reason };
      await signal(clientOrderId, 'manualSync', asked);
    },

    async endIfStuck(clientOrderId) {
      const stuck = await stuckRun(clientOrderId);
      if (stuck === null) return false;
      const { failures, run } = stuck;
      await soon(connection, () =>
        run.terminate(`its workflow task failed ${failures} times; another run continues from the row`),
      );
      await startUnhandledCancel(clientOrderId);
      return true;
    },

    async whyStuck(clientOrderId) {
      const stuck = await stuckRun(clientOrderId);
      if (stuck === null) return null;
      const { failures, workflowId, runId } = stuck;
      const message = await soon(connection, () => lastFailure({ workflowId, runId })).catch(ignoreNotFound);
      return `its task has failed ${failures} times${message ? `: ${message}` : ''}`;
    },

    async listStuck() {
      try {
        return (await soon(connection, () => list('TemporalReportedProblems IS NOT NULL'))).map(
          ({ clientOrderId }) => clientOrderId,
        );
      } catch (error) {
        if (isRefusedQuery(error)) return null;
        throw error;
      }
    },

    listRunning: () => soon(connection, () => list(), LIST_WITHIN_MS),

    async isRunning(clientOrderId) {
      return (await describeRunning(clientOrderId)) !== null;
    },

    async isOverdue(clientOrderId) {
      const described = await describeRunning(clientOrderId);
      if (described === null) return false;
      const task = described.raw.pendingWorkflowTask;
      if (!task || failuresOf(described) >= STUCK_AFTER_FAILURES) return true;
      return Date.now() - Number(task.scheduledTime?.seconds) * 1_000 > WORKER_COMES_WITHIN_MS;
    },

    async requestOf(clientOrderId) {
      const workflowId = workflowIdOf(clientOrderId);
      const latest = await soon(connection, () => startOf(workflowId)).catch(ignoreNotFound);
      const firstRunId = latest?.firstExecutionRunId;
      const first = firstRunId
        ? await soon(connection, () => startOf(workflowId, firstRunId)).catch(ignoreNotFound)
        : undefined;
      const payload = (first ?? latest)?.input?.payloads?.[0];
      return payload ? codec.valueOf(payload) : null;
    },
  };

  /** Where the last run has closed before it handled a request to cancel its order, another run is started with that request. */
  async function startUnhandledCancel(clientOrderId: string): Promise<boolean> {
    const workflowId = workflowIdOf(clientOrderId);
    const last = await describe(clientOrderId);
    if (last === undefined || last.status.name === 'RUNNING' || last.status.name === 'COMPLETED') return false;
    const run = { namespace, execution: { workflowId, runId: last.runId } };
    const request = await soon(connection, () => unhandledCancel(connection, run, codec));
    if (request === null) return false;
    await signalWithStart(clientOrderId, 'cancelOrder', request.argument);
    return true;
  }

  async function list(condition?: string): Promise<RunningWorkflow[]> {
    const orders = runningOrders(taskQueue);
    const query = condition === undefined ? orders : `${orders} AND ${condition}`;
    const running: RunningWorkflow[] = [];
    for await (const { workflowId, startTime } of workflow.list({ query, pageSize: PAGE_SIZE })) {
      if (!workflowId.startsWith(ID_PREFIX)) continue;
      running.push({ clientOrderId: clientOrderIdOf(workflowId), startedAt: startTime.toISOString() });
    }
    return running;
  }

  /** Of the last run; undefined where there was none. */
  function describe(clientOrderId: string): Promise<WorkflowExecutionDescription | undefined> {
    const handle = workflow.getHandle(workflowIdOf(clientOrderId));
    return soon(connection, () => handle.describe()).catch(ignoreNotFound);
  }

  async function describeRunning(clientOrderId: string): Promise<WorkflowExecutionDescription | null> {
    const described = await describe(clientOrderId);
    return described?.status.name === 'RUNNING' ? described : null;
  }

  async function stuckRun(clientOrderId: string) {
    const workflowId = workflowIdOf(clientOrderId);
    const described = await describeRunning(clientOrderId);
    if (described === null) return null;
    const failures = failuresOf(described);
    if (failures < STUCK_AFTER_FAILURES) return null;
    const { runId } = described;
    return { failures, workflowId, runId, run: workflow.getHandle(workflowId, runId) };
  }

  async function lastFailure(execution: { workflowId: string; runId: string }): Promise<string | undefined> {
    const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
      namespace,
      execution,
      maximumPageSize: LAST_EVENTS,
    });
    const failed = history?.events?.find((event) => event.workflowTaskFailedEventAttributes);
    const failure = failed?.workflowTaskFailedEventAttributes?.failure;
    return failure ? messageIn(failure, codec)?.slice(0, MAX_REASON_LENGTH) : undefined;
  }

  /** The first event alone: a long history is not fetched for it. */
  async function startOf(workflowId: string, runId?: string) {
    const { history } = await connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, ...(runId !== undefined && { runId }) },
      maximumPageSize: 1,
    });
    return history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? undefined;
  }
}

/** How often its task has failed in a row. */
function failuresOf({ raw }: WorkflowExecutionDescription): number {
  return (raw.pendingWorkflowTask?.attempt ?? 1) - 1;
}

/**
 * As a visibility query. The queue distinguishes this deployment's orders from those of another one in the same namespace.
 */
export function runningOrders(taskQueue: string): string {
  return `WorkflowType = 'orderWorkflow' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
}

/** The server does not know the search attribute. */
function isRefusedQuery(error: unknown): boolean {
  return grpcStatus(error)?.code === GRPC.INVALID_ARGUMENT;
}

/** By its client's class, or by gRPC's code where the service was asked directly. */
function ignoreNotFound(error: unknown): undefined {
  const isNotFound = error instanceof WorkflowNotFoundError || grpcStatus(error)?.code === GRPC.NOT_FOUND;
  if (!isNotFound) throw error;
  return undefined;
}
