/** What open orders cost in requests while nothing happens to them. */
import type { Bench } from '../bench.ts';
import { pause } from '../pace.ts';
import { NO_ORDERS, type Outcome, type Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import { makeOpenOrders } from '../world.ts';
import type { Simulator } from '../../src/simulator/index.ts';

export const quietPush: Scenario = {
  name: 'quiet-push',
  what: 'REST requests for quiet open orders, push healthy',
  goal: '≤ 2 / s',
  measure: (bench) => quietRequests(bench, { push: true, goalPerSecond: 2 }),
};

export const quietNoPush: Scenario = {
  name: 'quiet-no-push',
  what: 'REST requests for quiet open orders, push down',
  goal: '≤ 10 / s',
  measure: (bench) => quietRequests(bench, { push: false, goalPerSecond: 10 }),
};

async function quietRequests(
  bench: Bench,
  { push, goalPerSecond }: { push: boolean; goalPerSecond: number },
): Promise<Outcome> {
  const { openOrders, seconds } = bench.size;
  await bench.openOrders.grow(openOrders);
  await bench.prepare({ push });
  bench.onProgress(`counting requests for ${seconds} s`);
  const byEndpoint = await requestsPerSecond(bench, bench.testBed.simulator);
  const perSecond = totalOf(byEndpoint);
  const [baseline = 0] = await bench.once('quiet requests', async () => [await baselineRequests(bench)]);
  return {
    engine: `${perSecond.toFixed(2)} / s`,
    baseline: `${baseline.toFixed(1)} / s, each order every ${Math.round(openOrders / baseline)} s`,
    reached: perSecond <= goalPerSecond,
    measured: { openOrders, requestsPerSecond: perSecond, baselineRequestsPerSecond: baseline },
    note: Object.entries(byEndpoint)
      .map(([endpoint, rate]) => `${endpoint} ${rate.toFixed(2)} / s`)
      .join(', '),
    orders: NO_ORDERS,
  };
}

function baselineRequests(bench: Bench): Promise<number> {
  return bench.withBaseline(DEFAULT_BUDGET, async (baseline, world) => {
    bench.onProgress('the same with the baseline');
    baseline.watch(await makeOpenOrders(world, bench.size.openOrders));
    return totalOf(await requestsPerSecond(bench, world.simulator));
  });
}

/** By endpoint. */
async function requestsPerSecond(
  { size, signal }: Bench,
  { ledger }: Simulator,
): Promise<Readonly<Record<string, number>>> {
  const { requests: before } = ledger.records();
  const startedMs = performance.now();
  await pause(size.seconds * 1_000, signal);
  const { requests: after } = ledger.records();
  const seconds = (performance.now() - startedMs) / 1_000;
  const rates = Object.entries(after).map(([endpoint, count]) => [
    endpoint,
    (count - (before[endpoint] ?? 0)) / seconds,
  ]);
  return Object.fromEntries(rates.filter(([, rate]) => rate !== 0));
}

function totalOf(rates: Readonly<Record<string, number>>): number {
  return Object.values(rates).reduce((sum, rate) => sum + rate, 0);
}
