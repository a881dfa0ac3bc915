import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { Bench } from '../bench.ts';
import { engineTrader, marketOrder } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { finalHistory, historyOf, statusOf, type HistoryCounts } from '../history-counts.ts';
import { pause, until } from '../pace.ts';
import { isWhole, type Scenario } from '../scenario.ts';
import { countOf, statementsDuring } from '../statement-log.ts';
import { waitsOf } from '../waits.ts';

const GOAL = { workflowTasks: 1, events: 10, statements: 4, monitoredEvents: 20, quietEvents: 0 };
const PENDING_WITHIN_MS = 60_000;
/** A short window stands for the usual five minutes; nothing that happens in an hour after it depends on its length. */
const WINDOW_MS = 1_000;

export const history: Scenario = {
  name: 'history',
  what:
    'workflow tasks, history events and statements of an order that fills at once / ' +
    'history events of a monitored one / of a quiet time after the window',
  goal:
    `≤ ${GOAL.workflowTasks}, ≤ ${GOAL.events}, ≤ ${GOAL.statements} / ≤ ${GOAL.monitoredEvents} / ` +
    `${GOAL.quietEvents}`,
  async measure(bench) {
    const { histories, seconds } = bench.size;
    await bench.prepare();
    const times = Array.from({ length: histories }, (_, index) => index);
    const atOnce = await filledAtOnce(bench, times.length);
    const [monitored, quiet] = await Promise.all([
      Promise.all(times.map(() => monitoredOrder(bench))),
      Promise.all(times.map(() => quietOrder(bench))),
    ]);
    const clientOrderIds = [...atOnce.clientOrderIds, ...[...monitored, ...quiet].map((one) => one.clientOrderId)];
    const orders = await checkOrders(bench, clientOrderIds);
    const most = {
      workflowTasks: Math.max(...atOnce.histories.map(({ workflowTasks }) => workflowTasks)),
      events: Math.max(...atOnce.histories.map(({ events }) => events)),
      // Statements that run once a minute and happen to name the order (reconciliation, the archive) do not count.
      statements: waitsOf(atOnce.statements).medianMs,
      monitoredEvents: Math.max(...monitored.map(({ events }) => events)),
      quietEvents: Math.max(...quiet.map(({ events }) => events)),
    };
    return {
      engine:
        `${most.workflowTasks}, ${most.events}, ${most.statements} / ${most.monitoredEvents} / ${most.quietEvents} ` +
        `(the maximum of ${histories} orders each, for statements the median; quiet for ${seconds} s)`,
      baseline: null,
      reached:
        isWhole(orders) && Object.entries(GOAL).every(([figure, goal]) => most[figure as keyof typeof GOAL] <= goal),
      measured: { ...most, quietSeconds: seconds },
      orders,
    };
  },
};

/** Places one after the other, so that no two share statements. */
async function filledAtOnce(
  bench: Bench,
  howMany: number,
): Promise<{ clientOrderIds: string[]; histories: HistoryCounts[]; statements: number[] }> {
  const { testBed, signal } = bench;
  const clientOrderIds: string[] = [];
  const histories: HistoryCounts[] = [];
  const log = { superuserUrl: testBed.superuserUrl, logFile: testBed.databaseLog, signal };
  const logged = await statementsDuring(log, async () => {
    for (let index = 0; index < howMany; index += 1) {
      const request = marketOrder();
      await engineTrader(testBed.bot, signal)(request);
      clientOrderIds.push(request.clientOrderId);
      histories.push(await finalHistory(bench, request.clientOrderId));
      // Until its fills are recorded.
      await checkOrders(bench, [request.clientOrderId]);
    }
  });
  const statements = clientOrderIds.map((clientOrderId) => {
    const orderId = testBed.simulator.exchange.store.byClientOrderId(clientOrderId)?.orderId;
    if (orderId === undefined) throw new Error(`the exchange has no order ${clientOrderId}`);
    return countOf(logged, { clientOrderId, orderId });
  });
  return { clientOrderIds, histories, statements };
}

interface Resting {
  clientOrderId: string;
  events: number;
}

async function monitoredOrder(bench: Bench): Promise<Resting> {
  const { clientOrderId } = await placeResting(bench, {});
  bench.testBed.simulator.exchange.act(clientOrderId, { do: 'fill' });
  const { events } = await finalHistory(bench, clientOrderId);
  return { clientOrderId, events };
}

/** Counts only the events of the quiet time. */
async function quietOrder(bench: Bench): Promise<Resting> {
  const { clientOrderId } = await placeResting(bench, { immediateCheckAttempts: 1, monitorForMs: WINDOW_MS });
  await pause(WINDOW_MS + 1_000, bench.signal);
  const before = await historyOf(bench.testBed, clientOrderId);
  await pause(bench.size.seconds * 1_000, bench.signal);
  const after = await historyOf(bench.testBed, clientOrderId);
  bench.testBed.simulator.exchange.act(clientOrderId, { do: 'fill' });
  await finalHistory(bench, clientOrderId);
  return { clientOrderId, events: after.events - before.events };
}

/** Places an order that stays open, and waits until the engine monitors it. */
async function placeResting(bench: Bench, policy: NonNullable<OrderRequest['policy']>): Promise<OrderRequest> {
  const { testBed, signal } = bench;
  const request: OrderRequest = {
    ...marketOrder(),
    orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
    policy,
  };
  const { clientOrderId } = request;
  testBed.simulator.exchange.setPlan({ clientOrderId }, {});
  await testBed.bot.place(request, { signal });
  const isPending = async (): Promise<boolean> => (await statusOf(bench, clientOrderId)) === 'pending';
  if (!(await until(isPending, { withinMs: PENDING_WITHIN_MS, signal })))
    throw new Error('the order did not become pending');
  return request;
}
