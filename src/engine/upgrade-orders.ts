/** Wakes the orders that rest with an earlier version of the workers, once the workers of this engine are the current one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../process/log.ts';
import { setCurrentCommand, type WorkerDeployment } from '../temporal/worker-deployment.ts';
import { repeat } from './repeat.ts';

const LOOK_EVERY_MS = 10_000;
/** Twenty a second: each is a new run, and a worker begins ninety a second where it has nothing else to do. */
const PAUSE_MS = 50;

interface UpgradeOptions {
  deployment: WorkerDeployment;
  deploymentName: string;
  /** Of this engine's workers. */
  buildId: string;
  log: Logger;
}

/** Goes on until the function that it returns is called. */
export function upgradeOrders(options: UpgradeOptions): () => Promise<void> {
  const { deployment, log } = options;
  let currentBefore: string | null | undefined;
  return repeat({ pauseMs: LOOK_EVERY_MS }, async (stop) => {
    try {
      const { currentBuildId: current } = await deployment.versions();
      if (current !== currentBefore) logCurrent(current, options);
      currentBefore = current;
      if (current === options.buildId) await wakeAll(options, stop);
    } catch (error) {
      log.warn('could not check for orders on earlier versions; trying again', { error });
    }
  });
}

async function wakeAll({ deployment, log }: UpgradeOptions, stop: AbortSignal): Promise<void> {
  let woken = 0;
  for await (const order of deployment.restingElsewhere()) {
    if (stop.aborted) break;
    await deployment.wake(order);
    woken += 1;
    await sleep(PAUSE_MS, undefined, { signal: stop }).catch(() => undefined);
  }
  if (woken > 0) log.info('orders on earlier versions were asked to continue on this one', { orders: woken });
}

function logCurrent(current: string | null, { deploymentName, buildId, log }: UpgradeOptions): void {
  if (current === buildId) return log.info('these workers are the current version', { deploymentName, buildId });
  const remedy = setCurrentCommand(deploymentName, buildId);
  if (current === null) log.warn('no version of the workers is current, so no order makes progress', { remedy });
  else log.info('these workers are not the current version', { current, remedy });
}
