/** What the versions of a worker deployment mean for the orders: whether somebody works on those of each build. */
import { setCurrentCommand, takeOverCommand } from '../../temporal/worker-deployment.ts';
import { fail, ok, warn, withDetails, type Finding } from './finding.ts';

export const DEPLOYMENT = 'worker deployment';
export const EARLIER = 'orders on earlier builds';

export interface CurrentVersion {
  currentBuildId: string | null;
  /** The workers of that build. */
  polledBy: readonly string[];
  installed: string | null;
}

export function judgeCurrent(deploymentName: string, { currentBuildId, polledBy, installed }: CurrentVersion): Finding {
  const details = { deploymentName, currentBuildId, polledBy };
  const makeCurrent = setCurrentCommand(deploymentName, installed ?? '<build id>');
  if (currentBuildId === null) {
    const says = `no version of ${deploymentName} is current, so no order makes progress`;
    const remedy = `start workers of a build and make it current, for example by \`${makeCurrent}\``;
    return withDetails(fail(DEPLOYMENT, says, remedy), details);
  }
  if (polledBy.length === 0) {
    const says = `${currentBuildId} is the current version of ${deploymentName}, and no worker of it polls`;
    const remedy = `start its workers, or make another build current, for example by \`${makeCurrent}\``;
    return withDetails(fail(DEPLOYMENT, says, remedy), details);
  }
  const here = installed === currentBuildId ? 'which is installed here' : 'another build than the one installed here';
  const says = `${currentBuildId}, ${here}, is the current version of ${deploymentName}; ${polled(polledBy)}`;
  return withDetails(ok(DEPLOYMENT, says), details);
}

export interface EarlierBuild {
  buildId: string;
  openOrders: number;
  polledBy: readonly string[];
}

export function judgeEarlier(deploymentName: string, builds: readonly EarlierBuild[]): Finding {
  const left = builds.filter(({ openOrders }) => openOrders > 0);
  const says = left.map(
    ({ buildId, openOrders, polledBy }) => `${openOrders} on ${buildId}, of which ${polled(polledBy)}`,
  );
  const details = { openOrders: Object.fromEntries(left.map(({ buildId, openOrders }) => [buildId, openOrders])) };
  const lost = left.find(({ polledBy }) => polledBy.length === 0);
  if (lost === undefined) return withDetails(ok(EARLIER, says.join('; ') || 'none'), details);
  const takeOver = takeOverCommand(deploymentName, lost.buildId);
  const remedy = `start workers of that build, or have the current one take its orders over by \`${takeOver}\``;
  return withDetails(warn(EARLIER, says.join('; '), remedy), details);
}

function polled(by: readonly string[]): string {
  return by.length === 0 ? 'no worker polls' : `${by.join(', ')} ${by.length === 1 ? 'polls' : 'poll'}`;
}
