import { baselineTrader, engineTrader, tradeSteadily, type Trader } from '../bots.ts';
import type { Bench } from '../bench.ts';
import { checkOrders } from '../check-orders.ts';
import { pause } from '../pace.ts';
import type { OrderCounts, Scenario } from '../scenario.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import type { World } from '../world.ts';

const GOAL = 2.2;

export const marketRequests: Scenario = {
  name: 'market-requests',
  what: 'REST requests for an order that fills at once, fills included',
  goal: `≤ ${GOAL} on average`,
  async measure(bench) {
    await bench.prepare();
    const engine = await requestsAnOrder(bench, engineTrader(bench.testBed.bot, bench.signal), bench.world);
    const orders: OrderCounts = await checkOrders(bench, engine.clientOrderIds);
    const plain = await bench.withBaseline(DEFAULT_BUDGET, (baseline, world) =>
      requestsAnOrder(bench, baselineTrader(baseline), world),
    );
    return {
      engine: engine.requests.toFixed(2),
      baseline: plain.requests.toFixed(2),
      reached: engine.requests <= GOAL,
      measured: { orders: orders.checked, requestsAnOrder: engine.requests, baselineRequestsAnOrder: plain.requests },
      orders,
    };
  },
};

/** Counts all requests that arrive meanwhile, including those of the feed and of reconciliation. */
async function requestsAnOrder(
  { size, signal }: Bench,
  trader: Trader,
  { simulator: { ledger } }: World,
): Promise<{ requests: number; clientOrderIds: string[] }> {
  const before = ledger.requestCount();
  const load = { perSecond: size.ordersPerSecond, orders: size.ordersPerSecond * size.seconds };
  const { clientOrderIds } = await tradeSteadily(trader, load, signal);
  // The fills are requested only after the bot is released.
  await pause(size.fillsWithinMs, signal);
  return { requests: (ledger.requestCount() - before) / load.orders, clientOrderIds };
}
