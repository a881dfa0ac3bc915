/**
 * The feed: one activity that watches all open orders, by what the exchange pushes and by sweeps, and tells the orders'
 * workflows what changed. It needs no memory: another worker that takes it over looks at everything once.
 */
import { log } from '@temporalio/activity';
import { isPositiveDecimal } from '../../domain/decimal.ts';
import { hasEnded } from '../../domain/order/exchange-order.ts';
import { asExchangeOrder } from '../../domain/feed/pushed-order.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { PushedOrder } from '../../domain/feed/pushed-order.ts';
import type { PushHandler, PushMessage } from '../../ports/order-push.ts';
import { cancellation, pause, withHeartbeat } from '../runtime/activity-context.ts';
import type { FeedPorts } from './ports.ts';
import { Sweep } from './sweep.ts';
import { Teller } from './teller.ts';
import { lookSoon, WatchList, type Watch } from './watch-list.ts';

/** How long an order may be open before the feed knows of it; a push finds it sooner. */
const READ_EVERY_MS = 250;
/** Of ten thousand open trades the reading takes long enough to matter: at most a twentieth of the time goes there. */
const READING_SHARE = 20;

export function runFeed(ports: FeedPorts) {
  return (): Promise<never> =>
    withHeartbeat(async () => {
      const list = new WatchList();
      const teller = new Teller(ports);
      const end = new AbortController();
      const signal = AbortSignal.any([cancellation(), end.signal]);
      const sweep = new Sweep(ports, list, teller, signal);
      try {
        const handler = listener(ports, list, { teller, sweep });
        return await Promise.race([keepReading(ports, list, signal), sweep.run(), listen(ports, handler, signal)]);
      } finally {
        end.abort();
        teller.close();
      }
    });
}

/** Beside the sweeps, which wait for no reading. */
async function keepReading(ports: FeedPorts, list: WatchList, signal: AbortSignal): Promise<never> {
  for (;;) {
    signal.throwIfAborted();
    const startedMs = Date.now();
    await readTrades(ports, list);
    const tookMs = Date.now() - startedMs;
    await pause(Math.max(READ_EVERY_MS - tookMs, tookMs * (READING_SHARE - 1)));
  }
}

/** With the database away the feed goes on with what it knows. */
async function readTrades({ trades }: FeedPorts, list: WatchList): Promise<void> {
  try {
    list.replace(await trades.listOpen(), Date.now());
  } catch (error) {
    log.warn('the open trades could not be read', { error: String(error) });
  }
}

/** Ends with an error only when the handler has a defect. */
async function listen({ push }: FeedPorts, handler: PushHandler, signal: AbortSignal): Promise<never> {
  await push?.listen(handler, signal);
  return new Promise<never>(() => undefined);
}

function listener(ports: FeedPorts, list: WatchList, { teller, sweep }: { teller: Teller; sweep: Sweep }): PushHandler {
  const take = async (pushed: PushedOrder, message: PushMessage): Promise<void> => {
    const watch = list.find(pushed.clientOrderId, pushed.orderId) ?? (await lookUp(ports, list, pushed));
    if (watch === null) return;
    const order = asExchangeOrder(pushed, watch.trade);
    // A late word may be out of date, and one without figures says only that something happened.
    if (order === null || message.arrival === 'late') return lookSoon(watch);
    // Whoever places the order looks for its end; a part of it that is filled meanwhile is looked for afterwards.
    if (watch.trade.status === 'placing' && !hasEnded(order) && isPositiveDecimal(order.filledSize)) lookSoon(watch);
    teller.observe(watch, order, 'push');
  };
  return {
    onOrders(orders, message) {
      if (message.arrival === 'repeated') return;
      for (const pushed of orders) {
        take(pushed, message).catch((error: unknown) =>
          log.warn('a push could not be handled', { orderId: pushed.orderId, error: String(error) }),
        );
      }
    },
    onConnected() {
      log.info('the exchange pushes changes of orders');
      sweep.listSoon();
      list.allDue(Date.now());
    },
    onDisconnected({ kind, message, wasConnected, retryInMs }) {
      const report = { kind, reason: message, retryInMs };
      if (wasConnected) log.warn('the push of the exchange is lost; sweeps go on', report);
      else log.debug('the push of the exchange cannot be had', report);
    },
  };
}

/** An order that was placed a moment ago: its row is there before it is sent. Others are not ours, or have ended. */
async function lookUp({ trades }: FeedPorts, list: WatchList, { clientOrderId }: PushedOrder): Promise<Watch | null> {
  const trade = clientOrderId === null ? null : await trades.find(clientOrderId);
  return trade === null || isEnded(trade.status) ? null : list.add(trade, Date.now());
}
