/**
 * Worker versioning: the workers of a deployment are of a version each, which is their build, and Temporal gives a new
 * run to the current one. An order's run stays with the version that began it; one that rests has to be woken to hear
 * that another is current.
 */
import { Client, WorkflowNotFoundError, type ConnectionLike } from '@temporalio/client';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import type { WorkerOptions } from '@temporalio/worker';
import { GRPC, grpcStatus, soon } from './answers.ts';
import type { TemporalAccess } from './connection.ts';
import { runningOrders } from './order-workflows.ts';

export interface WorkerVersion {
  buildId: string;
  /** Null: the workers have no versions, and any of them may be given any run. */
  deploymentName: string | null;
}

export interface DeploymentOptions extends Omit<TemporalAccess, 'codec'> {
  deploymentName: string;
}

export interface RestingOrder {
  workflowId: string;
  runId: string;
}

export interface WorkerDeployment {
  /** Null where the deployment has no current version, and no run is given to any of its workers. */
  currentBuildId(): Promise<string | null>;
  /** Orders that wait for their end with versions which are given no more runs. */
  restingElsewhere(): AsyncIterable<RestingOrder>;
  wake(order: RestingOrder): Promise<void>;
}

const PAGE_SIZE = 1_000;
/** The first server that informs a run that its version is no longer the current one. */
const SINCE = { major: 1, minor: 31 };

const { WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: DRAINING } =
  proto.temporal.api.enums.v1.WorkerDeploymentVersionStatus;

/** How a worker identifies its version. */
export function versionOptions({
  buildId,
  deploymentName,
}: WorkerVersion): Pick<WorkerOptions, 'buildId' | 'workerDeploymentOptions'> {
  if (deploymentName === null) return { buildId };
  return {
    workerDeploymentOptions: {
      version: { deploymentName, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/** Throws where an order that rests would never leave the version that began it. */
export async function requireVersioning({ workflowService }: ConnectionLike): Promise<void> {
  const { serverVersion } = await workflowService.getSystemInfo({});
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  if (major > SINCE.major || (major === SINCE.major && minor >= SINCE.minor)) return;
  throw new Error(
    `ORDER_SYNC_DEPLOYMENT_NAME needs a Temporal server of version ${SINCE.major}.${SINCE.minor} or later, and this one is ` +
      `${serverVersion}: leave it unset, and restart the workers one after the other`,
  );
}

export function workerDeployment(options: DeploymentOptions): WorkerDeployment {
  const { connection, namespace, taskQueue, deploymentName } = options;
  const { workflow, workflowService } = new Client({ connection, namespace });

  /** Null before its first worker has polled. */
  async function describe() {
    try {
      const { workerDeploymentInfo } = await soon(connection, () =>
        workflowService.describeWorkerDeployment({ namespace, deploymentName }),
      );
      return workerDeploymentInfo ?? null;
    } catch (error) {
      if (grpcStatus(error)?.code !== GRPC.NOT_FOUND) throw error;
      return null;
    }
  }

  return {
    async currentBuildId() {
      return (await describe())?.routingConfig?.currentDeploymentVersion?.buildId || null;
    },

    async *restingElsewhere() {
      for (const { status, deploymentVersion } of (await describe())?.versionSummaries ?? []) {
        if (status !== DRAINING) continue;
        const query =
          `${runningOrders(taskQueue)} AND OrderStatus IN ('pending', 'stale') ` +
          `AND TemporalWorkerDeploymentVersion = '${deploymentName}:${deploymentVersion?.buildId}'`;
        for await (const { workflowId, runId } of workflow.list({ query, pageSize: PAGE_SIZE }))
          yield { workflowId, runId };
      }
    },

    async wake({ workflowId, runId }) {
      // Of that run alone: the next one is of the current version already.
      const signal = soon(connection, () => workflow.getHandle(workflowId, runId).signal('upgrade'));
      await signal.catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
    },
  };
}
