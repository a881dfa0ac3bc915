/** Asks Temporal about worker versioning: which build is current, who polls for it, and what is open on earlier builds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { GRPC, grpcStatus } from '../../temporal/answers.ts';
import { serverVersion, versioningProblem } from '../../temporal/server-version.ts';
import { workerDeployment, type DeploymentVersions, type WorkerDeployment } from '../../temporal/worker-deployment.ts';
import { DEPLOYMENT, EARLIER, judgeCurrent, judgeEarlier } from './deployment-versions.ts';
import { examine, fail, ok, warn, type Finding } from './finding.ts';
import { workflowPollers, type Poller, type TaskQueue } from './workers.ts';

const REMEDY = 'run it again in a moment, and see the finding on Temporal';
const RETRIES = 10;
const RETRY_AFTER_MS = 1_000;

interface DeploymentPlace extends TaskQueue {
  connection: Connection;
  deploymentName: string;
  /** The build that is installed here; null where it is not known. */
  installed: Promise<string | null>;
}

export async function examineDeployment(
  place: Omit<DeploymentPlace, 'deploymentName'> & { deploymentName: string | null },
): Promise<Finding[]> {
  const { deploymentName } = place;
  if (deploymentName === null) return [await examine(DEPLOYMENT, REMEDY, () => withoutDeployment(place))];
  const its = { ...place, deploymentName };
  const deployment = workerDeployment(its);
  const answers = Promise.all([versionsOf(deployment), workflowPollers(its)]);
  return Promise.all([
    examine(DEPLOYMENT, REMEDY, () => examineCurrent(its, answers)),
    examine(EARLIER, REMEDY, () => examineEarlier(its, deployment, answers)),
  ]);
}

/** Temporal refuses to be asked about a deployment while many of its workers start. */
async function versionsOf(deployment: WorkerDeployment): Promise<DeploymentVersions> {
  for (let retries = RETRIES; ; retries -= 1) {
    try {
      return await deployment.versions();
    } catch (error) {
      if (retries === 0 || grpcStatus(error)?.code !== GRPC.RESOURCE_EXHAUSTED) throw error;
    }
    await sleep(RETRY_AFTER_MS);
  }
}

/** A worker that is started without versions beside others that have some is given no order. */
async function withoutDeployment(queue: TaskQueue): Promise<Finding> {
  const polling = await workflowPollers(queue);
  const [name] = polling.flatMap(({ version }) => version?.deploymentName ?? []);
  if (name === undefined) return ok(DEPLOYMENT, 'none: the workers have no versions');
  return warn(
    DEPLOYMENT,
    `ORDER_SYNC_DEPLOYMENT_NAME is not set here, and workers of the deployment ${name} poll`,
    `set ORDER_SYNC_DEPLOYMENT_NAME=${name}, as for them`,
  );
}

/** What both findings are made of, asked for once. */
type Answers = Promise<[versions: DeploymentVersions, polling: Poller[]]>;

async function examineCurrent(place: DeploymentPlace, answers: Answers): Promise<Finding> {
  const { connection, deploymentName } = place;
  const problem = versioningProblem(await serverVersion(connection));
  if (problem !== null) return fail(DEPLOYMENT, problem.says, problem.remedy);
  const [[{ currentBuildId }, polling], installed] = await Promise.all([answers, place.installed]);
  const polledBy = identitiesOf(polling, deploymentName, currentBuildId);
  return judgeCurrent(deploymentName, { currentBuildId, polledBy, installed });
}

async function examineEarlier(
  place: DeploymentPlace,
  deployment: WorkerDeployment,
  answers: Answers,
): Promise<Finding> {
  const { deploymentName } = place;
  const [{ drainingBuildIds }, polling] = await answers;
  const builds = await Promise.all(
    drainingBuildIds.map(async (buildId) => ({
      buildId,
      openOrders: await deployment.openOrders(buildId),
      polledBy: identitiesOf(polling, deploymentName, buildId),
    })),
  );
  return judgeEarlier(deploymentName, builds);
}

function identitiesOf(polling: readonly Poller[], deploymentName: string, buildId: string | null): string[] {
  const workers = polling.filter(
    ({ version }) => version?.deploymentName === deploymentName && version.buildId === buildId,
  );
  return [...new Set(workers.map(({ identity }) => identity))];
}
