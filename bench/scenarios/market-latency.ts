import { baselineTrader, engineTrader, tradeSteadily } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { inWords, type Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import { waitsOf } from '../waits.ts';

const GOAL = { medianMs: 40, p99Ms: 150 };

export const marketLatency: Scenario = {
  name: 'market-latency',
  what: "market order that fills at once, 5 a second: bot's call → bot released: p50 / p99",
  goal: `≤ ${GOAL.medianMs} / ≤ ${GOAL.p99Ms} ms`,
  async measure(bench) {
    const { ordersPerSecond, seconds } = bench.size;
    const load = { perSecond: ordersPerSecond, orders: ordersPerSecond * seconds };
    await bench.prepare();
    const trading = await tradeSteadily(engineTrader(bench.testBed.bot, bench.signal), load, bench.signal);
    const checked = await checkOrders(bench, trading.clientOrderIds);
    const plain = await bench.withBaseline(DEFAULT_BUDGET, (baseline) =>
      tradeSteadily(baselineTrader(baseline), load, bench.signal),
    );
    const engine = waitsOf(trading.waitsMs);
    const baseline = waitsOf(plain.waitsMs);
    const unreleased = Math.max(checked.unreleased, trading.unreleased);
    return {
      engine: inWords(engine),
      baseline: inWords(baseline),
      reached: unreleased === 0 && engine.medianMs <= GOAL.medianMs && engine.p99Ms <= GOAL.p99Ms,
      measured: {
        orders: load.orders,
        p50Ms: engine.medianMs,
        p99Ms: engine.p99Ms,
        baselineP50Ms: baseline.medianMs,
        baselineP99Ms: baseline.p99Ms,
      },
      orders: { ...checked, unreleased },
    };
  },
};
