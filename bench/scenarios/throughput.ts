import { baselineTrader, engineTrader, rateOf, tradeWithoutPause } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { inWordsOf, processorTimes, spentMs, spentOnEach } from '../resource-usage.ts';
import { duration, inWords, type Scenario } from '../scenario.ts';
import { RAISED_BUDGET } from '../size.ts';
import { waitsOf } from '../waits.ts';

/** As a part of the plain loop's orders a second, measured right afterwards. */
const GOAL_RATIO = { developmentServer: 0.9, productionServer: 0.5 };
/** After the bots have stopped: if it takes longer, orders were queued. */
const DRAINED_WITHIN_MS = 3_000;

export const throughput: Scenario = {
  name: 'throughput',
  what: `sustained orders a second, budget raised to ${RAISED_BUDGET} requests a second, nothing queued at the end`,
  goal: `≥ ${GOAL_RATIO.developmentServer} of the baseline (${GOAL_RATIO.productionServer} on a production server)`,
  requestsPerSecond: RAISED_BUDGET,
  async measure(bench) {
    const load = { bots: bench.size.bots, seconds: bench.size.seconds };
    await bench.prepare({ requestsPerSecond: RAISED_BUDGET });
    bench.onProgress(`${load.bots} bots trade for ${load.seconds} s`);
    const before = await processorTimes(bench.testBed);
    const trading = await tradeWithoutPause(engineTrader(bench.testBed.bot, bench.signal), load, bench.signal);
    const spent = spentOnEach(trading.clientOrderIds.length, before, await processorTimes(bench.testBed));
    const stoppedAtMs = Date.now();
    const checked = await checkOrders(bench, trading.clientOrderIds);
    const drainedMs = Date.now() - stoppedAtMs;
    const plain = await bench.withBaseline(RAISED_BUDGET, (baseline) =>
      tradeWithoutPause(baselineTrader(baseline), load, bench.signal),
    );
    const perSecond = rateOf(trading);
    const baseline = rateOf(plain);
    const ratio = perSecond / baseline;
    const goal = bench.isDevelopmentServer ? GOAL_RATIO.developmentServer : GOAL_RATIO.productionServer;
    const waits = waitsOf(trading.waitsMs);
    const unreleased = Math.max(checked.unreleased, trading.unreleased);
    return {
      engine:
        `${ratio.toFixed(2)} of the baseline: ${perSecond.toFixed(1)} / s (${load.bots} bots, each released after ` +
        `${inWords(waits)}), all fills in after ${duration(drainedMs)}`,
      baseline: `${baseline.toFixed(1)} / s`,
      reached: ratio >= goal && drainedMs <= DRAINED_WITHIN_MS && unreleased === 0,
      measured: {
        orders: checked.checked,
        ordersPerSecond: perSecond,
        ratioToBaseline: ratio,
        p50Ms: waits.medianMs,
        p99Ms: waits.p99Ms,
        drainedMs,
        ...spentMs(spent),
        baselineOrdersPerSecond: baseline,
      },
      ...(spent !== null && { note: `${inWordsOf(spent)} an order` }),
      orders: { ...checked, unreleased },
    };
  },
};
