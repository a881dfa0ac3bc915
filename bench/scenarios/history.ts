import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { Bench } from '../bench.ts';
import { engineTrader, marketOrder } from '../bots.ts';
import { checkOrders } from '../check-orders.ts';
import { pause, until } from '../pace.ts';
import type { Scenario } from '../scenario.ts';

const GOAL = { atOnce: 24, monitored: 36, quiet: 0 };
const WITHIN_MS = 60_000;
/** A short window stands for the usual five minutes; nothing that happens in an hour after it depends on its length. */
const WINDOW_MS = 3_000;

export const history: Scenario = {
  name: 'history',
  what: 'history events of an order: filled at once / monitored to its fill / a quiet time after its window',
  goal: `≤ ${GOAL.atOnce} / ≤ ${GOAL.monitored} / ${GOAL.quiet}`,
  async measure(bench) {
    const { histories, seconds } = bench.size;
    await bench.prepare();
    const times = Array.from({ length: histories }, (_, index) => index);
    const atOnce = await Promise.all(times.map(() => filledAtOnce(bench)));
    const resting = await Promise.all(times.flatMap(() => [monitored(bench), quiet(bench)]));
    const most = {
      atOnce: Math.max(...atOnce.map(({ events }) => events)),
      monitored: Math.max(...resting.map(({ events }) => events)),
      quiet: Math.max(...resting.map(({ quietEvents }) => quietEvents)),
    };
    return {
      engine: `${most.atOnce} / ${most.monitored} / ${most.quiet} (the most of ${histories} orders each; quiet for ${seconds} s)`,
      baseline: null,
      reached: most.atOnce <= GOAL.atOnce && most.monitored <= GOAL.monitored && most.quiet <= GOAL.quiet,
      measured: {
        atOnceEvents: most.atOnce,
        monitoredEvents: most.monitored,
        quietEvents: most.quiet,
        quietSeconds: seconds,
      },
      orders: await checkOrders(
        bench,
        [...atOnce, ...resting].map(({ clientOrderId }) => clientOrderId),
      ),
    };
  },
};

interface Counted {
  clientOrderId: string;
  /** Of the whole life; 0 where only the quiet time counts. */
  events: number;
  quietEvents: number;
}

async function filledAtOnce(bench: Bench): Promise<Counted> {
  const request = marketOrder();
  await engineTrader(bench.stage.bot, bench.signal)(request);
  return { clientOrderId: request.clientOrderId, events: await finalEvents(bench, request), quietEvents: 0 };
}

async function monitored(bench: Bench): Promise<Counted> {
  const request = restingOrder({});
  await untilPending(bench, request);
  bench.stage.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
  return { clientOrderId: request.clientOrderId, events: await finalEvents(bench, request), quietEvents: 0 };
}

async function quiet(bench: Bench): Promise<Counted> {
  const request = restingOrder({ monitorForMs: WINDOW_MS });
  await untilPending(bench, request);
  await pause(WINDOW_MS + 1_000, bench.signal);
  const before = await eventsOf(bench, request);
  await pause(bench.size.seconds * 1_000, bench.signal);
  const quietEvents = (await eventsOf(bench, request)) - before;
  bench.stage.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
  await finalEvents(bench, request);
  return { clientOrderId: request.clientOrderId, events: 0, quietEvents };
}

function restingOrder(policy: NonNullable<OrderRequest['policy']>): OrderRequest {
  return {
    ...marketOrder(),
    orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
    policy,
  };
}

async function untilPending({ stage, signal }: Bench, request: OrderRequest): Promise<void> {
  stage.simulator.exchange.setPlan({ clientOrderId: request.clientOrderId }, {});
  await stage.bot.place(request, { signal });
  const isPending = async (): Promise<boolean> =>
    (await stage.database.trades.find(request.clientOrderId))?.status === 'pending';
  if (!(await until(isPending, { withinMs: WITHIN_MS, signal }))) throw new Error('the order does not rest');
}

/** Once its last fill is recorded. */
async function finalEvents(bench: Bench, request: OrderRequest): Promise<number> {
  await bench.stage.bot.result(request.clientOrderId, { signal: bench.signal, timeoutMs: WITHIN_MS });
  return eventsOf(bench, request);
}

async function eventsOf({ stage }: Bench, { clientOrderId }: OrderRequest): Promise<number> {
  const { historyLength } = await stage.temporal.workflow.getHandle(workflowIdOf(clientOrderId)).describe();
  return historyLength;
}
