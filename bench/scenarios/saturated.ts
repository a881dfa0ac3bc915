/** From the fill of a market order to its commit, while twice as many are placed as the request budget carries. */
import type { Bench } from '../bench.ts';
import { baselineTrader, engineTrader, tradeSteadily, type Trader, type Trading } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { commitsOf, fillsDuring, waitsBetween } from '../fills.ts';
import { duration, inWords, isWhole, type Outcome, type Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import { waitsOf } from '../waits.ts';
import type { World } from '../world.ts';

/** After the last bot was released. */
const COMMITTED_WITHIN_MS = 60_000;

export const saturatedPush: Scenario = {
  name: 'saturated-push',
  what: 'filled at the exchange → `completed` committed, twice as many orders as the budget carries, push healthy: p50 / p99',
  goal: '≤ 60 / ≤ 300 ms',
  measure: (bench) => saturatedLatency(bench, { push: true, goal: { medianMs: 60, p99Ms: 300 } }),
};

export const saturatedNoPush: Scenario = {
  name: 'saturated-no-push',
  what: 'filled at the exchange → `completed` committed, twice as many orders as the budget carries, push down: p50 / p99',
  goal: '≤ 2,000 / ≤ 4,000 ms',
  measure: (bench) => saturatedLatency(bench, { push: false, goal: { medianMs: 2_000, p99Ms: 4_000 } }),
};

async function saturatedLatency(
  bench: Bench,
  { push, goal }: { push: boolean; goal: { medianMs: number; p99Ms: number } },
): Promise<Outcome> {
  await bench.prepare({ push });
  const { trading, waitsMs } = await saturate(bench, bench.world, engineTrader(bench.testBed.bot, bench.signal));
  const checked = await checkOrders(bench, trading.clientOrderIds);
  const orders = { ...checked, unreleased: Math.max(checked.unreleased, trading.unreleased) };
  const engine = waitsOf(waitsMs);
  bench.onProgress(`${inWords(engine)} with the engine`);
  const baseline = waitsOf(await bench.once('saturated latency', () => baselineLatency(bench)));
  return {
    engine: `${inWords(engine)}, all ${orders.checked} released after ${duration(trading.tookMs)}`,
    baseline: `${inWords(baseline)}, no push`,
    reached: isWhole(orders) && engine.medianMs <= goal.medianMs && engine.p99Ms <= goal.p99Ms,
    measured: {
      orders: orders.checked,
      offeredPerSecond: bench.size.saturatedPerSecond,
      p50Ms: engine.medianMs,
      p99Ms: engine.p99Ms,
      worstMs: engine.worstMs,
      ordersPerSecond: (trading.waitsMs.length * 1_000) / trading.tookMs,
      baselineP50Ms: baseline.medianMs,
      baselineP99Ms: baseline.p99Ms,
    },
    orders,
  };
}

function baselineLatency(bench: Bench): Promise<number[]> {
  return bench.withBaseline(DEFAULT_BUDGET, async (baseline, world) => {
    bench.onProgress('the same with the baseline');
    const { waitsMs } = await saturate(bench, world, baselineTrader(baseline));
    return waitsMs;
  });
}

/** Offers the load without waiting for what became of it, then lets the backlog drain. */
async function saturate(
  { size, signal, onProgress }: Bench,
  world: World,
  trader: Trader,
): Promise<{ trading: Trading; waitsMs: number[] }> {
  const seconds = Math.min(size.seconds, size.saturatedSeconds);
  const load = { perSecond: size.saturatedPerSecond, orders: size.saturatedPerSecond * seconds };
  onProgress(`offering ${load.perSecond} orders a second for ${seconds} s`);
  const { result: trading, filledAtMs } = await fillsDuring(world, () => tradeSteadily(trader, load, signal));
  const committedAtMs = await commitsOf(world, filledAtMs, { withinMs: COMMITTED_WITHIN_MS, signal, onProgress });
  return { trading, waitsMs: waitsBetween(filledAtMs, committedAtMs) };
}
