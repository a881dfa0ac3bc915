import { engineTrader, marketOrder, tradeAtOnce, type Trading } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { pause } from '../pace.ts';
import { duration, isWhole, type Scenario } from '../scenario.ts';
import { waitsOf } from '../waits.ts';

/** How long the flood has been going on when the others place their orders. */
const HEAD_START_MS = 1_000;
const GOAL_MS = 5_000;

export const flood: Scenario = {
  name: 'flood',
  what: 'one bot places many orders at once, then twenty bots one each: their call → released, the longest; default budget',
  goal: `≤ ${GOAL_MS / 1_000} s`,
  async measure(bench) {
    await bench.prepare();
    const { size, signal, testBed, onProgress } = bench;
    const trader = engineTrader(testBed.bot, signal);
    const from = (botId: string, orders: number): Promise<Trading> =>
      tradeAtOnce(
        trader,
        Array.from({ length: orders }, () => ({ ...marketOrder(), botId })),
        signal,
      );
    onProgress(`one bot places ${size.floodOrders} orders, twenty others one each`);
    const flooding = from('flood', size.floodOrders);
    await pause(HEAD_START_MS, signal);
    const others = await Promise.all(Array.from({ length: 20 }, (_none, bot) => from(`modest-${bot}`, 1)));
    const flooded = await flooding;
    const waits = waitsOf(others.flatMap(({ waitsMs }) => waitsMs));
    const all = [flooded, ...others];
    const checked = await checkOrders(
      bench,
      all.flatMap(({ clientOrderIds }) => clientOrderIds),
    );
    const unreleased = all.reduce((sum, trading) => sum + trading.unreleased, 0);
    const orders = { ...checked, unreleased: Math.max(checked.unreleased, unreleased) };
    return {
      engine: `${duration(waits.worstMs)} (median: ${duration(waits.medianMs)}); the ${size.floodOrders} took ${duration(flooded.tookMs)}`,
      baseline: null,
      reached: waits.worstMs <= GOAL_MS && isWhole(orders),
      measured: {
        floodOrders: size.floodOrders,
        medianMs: waits.medianMs,
        worstMs: waits.worstMs,
        floodMs: flooded.tookMs,
      },
      orders,
    };
  },
};
