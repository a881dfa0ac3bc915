/** From a fill at the exchange to the committed `completed`, while thousands of other orders are open. */
import type { Bench } from '../bench.ts';
import { checkOrders } from '../check-orders.ts';
import { commitsOf, fillSteadily, waitsBetween } from '../fills.ts';
import { pause } from '../pace.ts';
import { inWordsOf, processorTimes, spentMs, spentOnEach } from '../resource-usage.ts';
import { duration, inWords, type Outcome, type Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET, type Size } from '../size.ts';
import { waitsOf } from '../waits.ts';
import { makeOpenOrders, shuffled, type World } from '../world.ts';

/** Fills that are not committed by then are counted as lost. */
const ENGINE_WITHIN_MS = 600_000;

function filledOrders({ seconds, fillsPerSecond }: Size): number {
  return seconds * fillsPerSecond;
}

export const latencyPush: Scenario = {
  name: 'latency-push',
  what: 'filled at the exchange → `completed` committed, push healthy: p50 / p99',
  goal: '≤ 30 / ≤ 150 ms',
  fills: filledOrders,
  measure: (bench) => fillLatency(bench, { push: true, goal: { medianMs: 30, p99Ms: 150 } }),
};

export const latencyNoPush: Scenario = {
  name: 'latency-no-push',
  what: 'filled at the exchange → `completed` committed, push down: p50 / p99',
  goal: '≤ 1,500 / ≤ 3,000 ms',
  fills: filledOrders,
  measure: (bench) => fillLatency(bench, { push: false, goal: { medianMs: 1_500, p99Ms: 3_000 } }),
};

async function fillLatency(
  bench: Bench,
  { push, goal }: { push: boolean; goal: { medianMs: number; p99Ms: number } },
): Promise<Outcome> {
  const { openOrders, fillsPerSecond } = bench.size;
  await bench.openOrders.grow(openOrders);
  await bench.prepare({ push });
  bench.onProgress(`filling ${fillsPerSecond} orders a second`);
  const before = await processorTimes(bench.testBed);
  const { waitsMs, clientOrderIds } = await fill(
    bench,
    bench.world,
    bench.openOrders.take(filledOrders(bench.size)),
    ENGINE_WITHIN_MS,
  );
  const spent = spentOnEach(clientOrderIds.length, before, await processorTimes(bench.testBed));
  const committedAtMs = Date.now();
  const orders = await checkOrders(bench, clientOrderIds);
  const drainedMs = Date.now() - committedAtMs;
  const engine = waitsOf(waitsMs);
  bench.onProgress(`${inWords(engine)} with the engine`);
  const baselineMs = await bench.once('fill latency', () => baselineLatency(bench));
  const baseline = waitsOf(baselineMs);
  return {
    engine: `${inWords(engine)}, all fills in after ${duration(drainedMs)}`,
    baseline: `${inWords(baseline)}, no push`,
    reached: orders.unreleased === 0 && engine.medianMs <= goal.medianMs && engine.p99Ms <= goal.p99Ms,
    measured: {
      openOrders,
      fills: clientOrderIds.length,
      p50Ms: engine.medianMs,
      p99Ms: engine.p99Ms,
      worstMs: engine.worstMs,
      drainedMs,
      ...spentMs(spent),
      baselineP50Ms: baseline.medianMs,
      baselineP99Ms: baseline.p99Ms,
    },
    ...(spent !== null && { note: `${inWordsOf(spent)} a fill` }),
    orders,
    distributions: [
      { name: push ? 'engine, push healthy' : 'engine, push down', waitsMs },
      { name: 'baseline', waitsMs: baselineMs },
    ],
  };
}

async function baselineLatency(bench: Bench): Promise<number[]> {
  const { openOrders } = bench.size;
  return bench.withBaseline(DEFAULT_BUDGET, async (baseline, world) => {
    bench.onProgress(`the same with the baseline`);
    const open = await makeOpenOrders(world, openOrders);
    baseline.watch(open);
    await pause(bench.size.settleMs, bench.signal);
    // One round over all orders takes this long within the budget; a fill just after a look waits for the next one.
    const roundMs = (openOrders * 1_000) / DEFAULT_BUDGET;
    const { waitsMs } = await fill(
      bench,
      world,
      shuffled(open).slice(0, filledOrders(bench.size)),
      roundMs * 1.5 + 60_000,
    );
    return waitsMs;
  });
}

async function fill(
  { size, signal, onProgress }: Bench,
  world: World,
  orders: Parameters<typeof fillSteadily>[1],
  withinMs: number,
): Promise<{ waitsMs: number[]; clientOrderIds: string[] }> {
  const filledAtMs = await fillSteadily(world, orders, size.fillsPerSecond, signal);
  const committedAtMs = await commitsOf(world, filledAtMs, { withinMs, signal, onProgress });
  return { waitsMs: waitsBetween(filledAtMs, committedAtMs), clientOrderIds: [...filledAtMs.keys()] };
}
