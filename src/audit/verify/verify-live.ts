/** Verifies orders of a running deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../activities/runtime/in-parallel.ts';
import { judge, type Means, type OrderVerdict } from './judge.ts';
import { liveEvidence, type Deployment } from './live-evidence.ts';

/** An open order may take a step while it is read, and the fills of an ended one may come. */
const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 500;

/** Rejects with TradeNotFoundError. */
export async function verifyLive(deployment: Deployment, clientOrderId: string, means: Means): Promise<OrderVerdict> {
  for (let attempt = 1; ; attempt += 1) {
    const verdict = await judge(await liveEvidence(deployment, clientOrderId), means);
    if (verdict.outcome !== 'differs' || attempt === ATTEMPTS) return verdict;
    await sleep(AGAIN_AFTER_MS);
  }
}

/** As many at once as can be replayed. */
export async function verifyLiveOrders(
  deployment: Deployment,
  clientOrderIds: readonly string[],
  means: Means,
  onVerdict: (verdict: OrderVerdict) => void,
): Promise<OrderVerdict[]> {
  const verdicts: OrderVerdict[] = [];
  await inParallel(clientOrderIds, means.pool.width, async (clientOrderId) => {
    const verdict = await verifyLive(deployment, clientOrderId, means);
    verdicts.push(verdict);
    onVerdict(verdict);
  });
  return verdicts;
}
