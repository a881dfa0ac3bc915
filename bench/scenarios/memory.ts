import { pause } from '../pace.ts';
import { residentMib } from '../resource-usage.ts';
import { NO_ORDERS, type Scenario } from '../scenario.ts';

const GOAL_MIB = 800;

export const memory: Scenario = {
  name: 'memory',
  what: "worker's memory (resident) with all orders open",
  goal: `≤ ${GOAL_MIB} MiB`,
  async measure(bench) {
    const { openOrders, seconds } = bench.size;
    await bench.openOrders.grow(openOrders);
    await bench.prepare();
    const { pid } = bench.testBed.worker;
    if (pid === null) throw new Error('there is no worker to measure');
    const samples: number[] = [];
    for (let second = 0; second < seconds; second += 1) {
      samples.push(await residentMib(pid));
      await pause(1_000, bench.signal);
    }
    const maxMib = Math.max(...samples);
    return {
      engine: `${Math.round(maxMib)} MiB`,
      baseline: null,
      reached: maxMib <= GOAL_MIB,
      measured: { openOrders, maxMib },
      orders: NO_ORDERS,
    };
  },
};
