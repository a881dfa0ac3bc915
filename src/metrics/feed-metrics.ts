/** What the feed of this process sees: the push of the exchange, and its own sweeps. Other processes' pages show 0. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Exchange } from '../ports/exchange.ts';
import type { OrderPush, PushLossKind } from '../ports/order-push.ts';

const LOSSES: readonly PushLossKind[] = [
  'unreachable',
  'refused',
  'unconfirmed',
  'closed',
  'silent',
  'gap',
  'malformed',
];

export function observePush(push: OrderPush, registry: Registry): OrderPush {
  const running = new Gauge({
    name: 'order_sync_feed_running',
    help: "1 where this process runs the deployment's feed",
    registers: [registry],
  });
  const losses = new Counter({
    name: 'order_sync_feed_losses_total',
    help: 'Connections of the push that were lost or did not come about, by reason; a gap is a missing message',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of LOSSES) losses.inc({ reason }, 0);
  const connected = new Gauge({
    name: 'order_sync_feed_connected',
    help: '1 where the exchange pushes changes to this process',
    registers: [],
    collect() {
      this.set(push.health.connected ? 1 : 0);
    },
  });
  registry.registerMetric(connected);
  return {
    get health() {
      return push.health;
    },
    async listen(handler, signal) {
      running.set(1);
      try {
        await push.listen(
          {
            onOrders: (orders, message) => handler.onOrders(orders, message),
            onConnected: () => handler.onConnected(),
            onDisconnected(loss) {
              losses.inc({ reason: loss.kind });
              handler.onDisconnected(loss);
            },
          },
          signal,
        );
      } finally {
        running.set(0);
      }
    },
  };
}

/** The exchange as the feed asks it. */
export function observeSweeps(exchange: Exchange, registry: Registry): Exchange {
  const sweeps = new Counter({
    name: 'order_sync_feed_sweeps_total',
    help: 'Lists that the feed asked the exchange for, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  });
  const lastAt = new Gauge({
    name: 'order_sync_feed_last_sweep_timestamp_seconds',
    help: 'When the feed of this process last had a list as an answer; without open orders it asks for few',
    registers: [registry],
  });
  async function counted<Answer>(kind: 'orders' | 'fills', sweep: () => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await sweep();
      sweeps.inc({ kind, outcome: 'answered' });
      lastAt.setToCurrentTime();
      return answer;
    } catch (error) {
      sweeps.inc({ kind, outcome: 'failed' });
      throw error;
    }
  }
  for (const kind of ['orders', 'fills'])
    for (const outcome of ['answered', 'failed']) sweeps.inc({ kind, outcome }, 0);
  return {
    ...exchange,
    listOrders: (...asked) => counted('orders', () => exchange.listOrders(...asked)),
    listFills: (...asked) => counted('fills', () => exchange.listFills(...asked)),
    listFillsSince: (...asked) => counted('fills', () => exchange.listFillsSince(...asked)),
  };
}
