import type { Bench } from '../bench.ts';
import { baselineTrader, engineTrader, rateOf, tradeSteadily, type Trader, type Trading } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { duration, isWhole, type Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import { waitsOf } from '../waits.ts';
import type { World } from '../world.ts';

const GOAL_PER_SECOND = 25;

export const defaultBudget: Scenario = {
  name: 'default-budget',
  what: `sustained orders a second that fill at once, default budget of ${DEFAULT_BUDGET} requests a second, and the queue`,
  goal: `≥ ${GOAL_PER_SECOND} / s`,
  async measure(bench) {
    await bench.prepare();
    const engine = await overload(bench, bench.world, engineTrader(bench.testBed.bot, bench.signal));
    const checked = await checkOrders(bench, engine.clientOrderIds);
    const orders = { ...checked, unreleased: Math.max(checked.unreleased, engine.unreleased) };
    const plain = await bench.withBaseline(DEFAULT_BUDGET, (baseline, world) =>
      overload(bench, world, baselineTrader(baseline)),
    );
    const ratio = rateOf(engine) / rateOf(plain);
    return {
      engine: `${inWords(engine)}; ${ratio.toFixed(2)} of the baseline`,
      baseline: inWords(plain),
      reached: rateOf(engine) >= GOAL_PER_SECOND && isWhole(orders),
      measured: {
        orders: checked.checked,
        offeredPerSecond: bench.size.offeredPerSecond,
        ordersPerSecond: rateOf(engine),
        ratioToBaseline: ratio,
        requestsPerSecond: engine.requestsPerSecond,
        longestQueue: engine.longestQueue,
        longestWaitMs: waitsOf(engine.waitsMs).worstMs,
        baselineOrdersPerSecond: rateOf(plain),
        baselineLongestQueue: plain.longestQueue,
      },
      orders,
    };
  },
};

interface Overload extends Trading {
  /** The most orders that bots waited for at the same time. */
  longestQueue: number;
  requestsPerSecond: number;
}

async function overload({ size, signal, onProgress }: Bench, { simulator }: World, trader: Trader): Promise<Overload> {
  const load = { perSecond: size.offeredPerSecond, orders: size.offeredPerSecond * size.seconds };
  onProgress(`offering ${load.perSecond} orders a second for ${size.seconds} s`);
  let queue = 0;
  let longestQueue = 0;
  const queued: Trader = async (request) => {
    queue += 1;
    longestQueue = Math.max(longestQueue, queue);
    await trader(request).finally(() => (queue -= 1));
  };
  const before = simulator.ledger.requestCount();
  const trading = await tradeSteadily(queued, load, signal);
  const requests = simulator.ledger.requestCount() - before;
  return { ...trading, longestQueue, requestsPerSecond: (requests * 1_000) / trading.tookMs };
}

function inWords(overload: Overload): string {
  const waited = duration(waitsOf(overload.waitsMs).worstMs);
  return `${rateOf(overload).toFixed(1)} / s; at most ${overload.longestQueue} waiting, for up to ${waited}`;
}
