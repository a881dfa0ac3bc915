/** After the faults: the clients get answers to all their requests, and everything must become correct within a time. */
import type { Simulator } from '../../src/simulator/index.ts';
import type { TestDeployment } from './test-deployment.ts';
import { untilRight } from './audit.ts';
import type { Clients } from './clients.ts';
import type { Outage } from './link-faults.ts';

export interface Settled {
  /** What is wrong already, in words. */
  others: string[];
  settledAfterMs: number;
}

export async function settle(
  deployment: TestDeployment,
  clients: Clients,
  {
    withinMs,
    ...options
  }: { outages: readonly Outage[]; withinMs: number; stop: AbortSignal; onProgress: (line: string) => void },
): Promise<Settled> {
  const { stop, onProgress } = options;
  onProgress('the faults are over, and no more orders are placed');
  const endedAtMs = Date.now();
  const waiting = await clients.finish(withinMs, stop);
  const others =
    waiting > 0 ? [`${waiting} clients are without an answer, ${withinMs / 1_000} s after the faults`] : [];
  await clients.kill();
  // The faults of the last orders, which were set with their plans.
  clearFaults(deployment.simulator);
  const known = [...clients.log().values()];
  const { settledAfterMs } = await untilRight(deployment, known, { ...options, endedAtMs, withinMs });
  return { others, settledAfterMs };
}

export function clearFaults({ faults, pushFaults }: Simulator): void {
  faults.clear();
  pushFaults.clear();
}
