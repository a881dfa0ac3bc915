/** What open orders cost in requests while nothing happens to them. */
import type { Bench } from './bench.ts';
import { pause } from './pace.ts';
import { NO_ORDERS, type Outcome } from './scenario.ts';
import { DEFAULT_BUDGET } from './size.ts';
import { makeOpenOrders } from './world.ts';
import type { Simulator } from '../src/simulator/index.ts';

export async function quietRequests(
  bench: Bench,
  { push, goalPerSecond }: { push: boolean; goalPerSecond: number },
): Promise<Outcome> {
  const { openOrders, seconds } = bench.size;
  await bench.crowd.grow(openOrders);
  await bench.prepare({ push });
  bench.tell(`counting requests for ${seconds} s`);
  const perSecond = await requestsPerSecond(bench, bench.stage.simulator);
  const [baseline = 0] = await bench.once('quiet requests', async () => [await baselineRequests(bench)]);
  return {
    engine: `${perSecond.toFixed(2)} / s`,
    baseline: `${baseline.toFixed(1)} / s, each order every ${Math.round(openOrders / baseline)} s`,
    reached: perSecond <= goalPerSecond,
    measured: { openOrders, requestsPerSecond: perSecond, baselineRequestsPerSecond: baseline },
    orders: NO_ORDERS,
  };
}

function baselineRequests(bench: Bench): Promise<number> {
  return bench.withBaseline(DEFAULT_BUDGET, async (baseline, world) => {
    bench.tell('the same with the baseline');
    baseline.watch(await makeOpenOrders(world, bench.size.openOrders));
    return requestsPerSecond(bench, world.simulator);
  });
}

async function requestsPerSecond({ size, signal }: Bench, { ledger }: Simulator): Promise<number> {
  const before = ledger.requestCount();
  const startedMs = performance.now();
  await pause(size.seconds * 1_000, signal);
  return ((ledger.requestCount() - before) * 1_000) / (performance.now() - startedMs);
}
