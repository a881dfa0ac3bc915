/**
 * Worker versioning: the workers of a deployment are of a version each, which is their build, and Temporal gives a new
 * run to the current one. An order's run stays with the version that began it; one that rests has to be woken to hear
 * that another is current.
 */
import { Client, WorkflowNotFoundError } from '@temporalio/client';
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

export interface DeploymentVersions {
  /** Null where the deployment has no current version, and no run is given to any of its workers. */
  currentBuildId: string | null;
  /** Of those that are given no more runs and have some left. */
  drainingBuildIds: string[];
}

export interface WorkerDeployment {
  versions(): Promise<DeploymentVersions>;
  /** How many orders are open with that version, as Temporal's lists have it: a moment late. */
  openOrders(buildId: string): Promise<number>;
  /** Orders that wait for their end with versions which are given no more runs. */
  restingElsewhere(): AsyncIterable<RestingOrder>;
  wake(order: RestingOrder): Promise<void>;
}

const PAGE_SIZE = 1_000;

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

/** Of Temporal's command line. */
export function setCurrentCommand(deploymentName: string, buildId: string): string {
  return `temporal worker deployment set-current-version --deployment-name ${deploymentName} --build-id ${buildId}`;
}

/** As well: has the current version continue with the orders of another one whose workers are gone. */
export function takeOverCommand(deploymentName: string, buildId: string): string {
  const query = `TemporalWorkerDeploymentVersion='${deploymentName}:${buildId}' AND ExecutionStatus='Running'`;
  return `temporal workflow update-options --query "${query}" --versioning-override-behavior auto_upgrade --reason 'its workers are gone' --yes`;
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

  async function versions(): Promise<DeploymentVersions> {
    const { routingConfig, versionSummaries } = (await describe()) ?? {};
    const draining = (versionSummaries ?? []).filter(({ status }) => status === DRAINING);
    return {
      currentBuildId: routingConfig?.currentDeploymentVersion?.buildId || null,
      drainingBuildIds: draining.map(({ deploymentVersion }) => deploymentVersion?.buildId ?? ''),
    };
  }

  const ordersOf = (buildId: string): string =>
    `${runningOrders(taskQueue)} AND TemporalWorkerDeploymentVersion = '${deploymentName}:${buildId}'`;

  return {
    versions,

    async openOrders(buildId) {
      const query = ordersOf(buildId);
      return (await soon(connection, () => workflow.count(query))).count;
    },

    async *restingElsewhere() {
      for (const buildId of (await versions()).drainingBuildIds) {
        const query = `${ordersOf(buildId)} AND OrderStatus IN ('pending', 'stale')`;
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
