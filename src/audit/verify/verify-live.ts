/** Verifies orders of a running deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { judge, type VerifyDependencies, type OrderVerdict } from './judge.ts';
import type { Evidence } from './evidence.ts';
import { liveEvidence, type Deployment } from './live-evidence.ts';
import { readOrders } from './read-orders.ts';

/** An open order may take a step while it is read, and the fills of an ended one may come. */
const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 500;

/**
 * Rejects with TradeNotFoundError.
 *
 * @param first - The evidence, where it was read already.
 */
export async function verifyLive(
  deployment: Deployment,
  clientOrderId: string,
  dependencies: VerifyDependencies,
  first?: Evidence,
): Promise<OrderVerdict> {
  let evidence = first ?? (await liveEvidence(deployment, clientOrderId));
  for (let attempt = 1; ; attempt += 1) {
    const verdict = await judge(evidence, dependencies);
    if (verdict.outcome !== 'differs' || attempt === ATTEMPTS) return verdict;
    await sleep(AGAIN_AFTER_MS);
    evidence = await liveEvidence(deployment, clientOrderId);
  }
}

/** As many at once as can be replayed. Rejects with TradeNotFoundError. */
export async function verifyLiveOrders(
  deployment: Deployment,
  clientOrderIds: readonly string[],
  dependencies: VerifyDependencies,
  onVerdict: (verdict: OrderVerdict) => void,
): Promise<OrderVerdict[]> {
  const verdicts: OrderVerdict[] = [];
  const orders = readOrders(deployment, clientOrderIds);
  const verifyNext = async (): Promise<void> => {
    for await (const { clientOrderId, settled } of orders) {
      const verdict = await verifyLive(deployment, clientOrderId, dependencies, settled?.());
      verdicts.push(verdict);
      onVerdict(verdict);
    }
  };
  await Promise.all(Array.from({ length: dependencies.pool.width }, verifyNext));
  return verdicts;
}
