import { checkOrders } from '../check-orders.ts';
import { commitsOf, fillSteadily } from '../fills.ts';
import { duration, type Scenario } from '../scenario.ts';
import type { Size } from '../size.ts';

const GOAL_MS = 20_000;
const WITHIN_MS = 300_000;

export const killed: Scenario = {
  name: 'killed',
  what: 'worker killed, another started at once → every fill since then committed',
  goal: `≤ ${GOAL_MS / 1_000} s`,
  fills: filledOrders,
  async measure(bench) {
    const { openOrders, fillsPerSecond, fillsAfterKillSeconds } = bench.size;
    await bench.openOrders.grow(openOrders);
    await bench.prepare();
    const { signal, onProgress, world } = bench;
    const orders = bench.openOrders.take(filledOrders(bench.size));
    onProgress(`killing the worker; ${orders.length} fills follow within ${fillsAfterKillSeconds} s`);
    const killedAtMs = Date.now();
    const isDead = bench.testBed.worker.kill();
    const filledAtMs = await fillSteadily(world, orders, fillsPerSecond, signal);
    await isDead;
    const committedAtMs = await commitsOf(world, filledAtMs, { withinMs: WITHIN_MS, signal, onProgress });
    const isWhole = committedAtMs.size === filledAtMs.size;
    const tookMs = isWhole ? Math.max(...committedAtMs.values()) - killedAtMs : WITHIN_MS;
    return {
      engine: isWhole
        ? duration(tookMs)
        : `${filledAtMs.size - committedAtMs.size} are missing after ${duration(WITHIN_MS)}`,
      baseline: null,
      reached: isWhole && tookMs <= GOAL_MS,
      measured: { openOrders, fills: orders.length, tookMs },
      orders: await checkOrders(bench, [...filledAtMs.keys()]),
    };
  },
};

function filledOrders({ fillsPerSecond, fillsAfterKillSeconds }: Size): number {
  return fillsPerSecond * fillsAfterKillSeconds;
}
