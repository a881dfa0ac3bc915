/** Hands what the exchange pushes to the tracker; what it shows of an order that is not tracked yet finds its trade. */
import { log } from '@temporalio/activity';
import type { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import { asExchangeOrder, type PushedOrder } from '../../domain/feed/pushed-order.ts';
import { observation } from '../../domain/feed/reports.ts';
import { isPositiveDecimal } from '../../domain/decimal.ts';
import { hasEnded } from '../../domain/order/exchange-order.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { PushHandler } from '../../ports/order-push.ts';
import type { FeedPorts } from './ports.ts';

/** `onNews` is called when the tracker may have something to ask or to report. */
export function pushListener(
  { trades, activeOrders }: Pick<FeedPorts, 'trades' | 'activeOrders'>,
  tracker: FeedTracker,
  onNews: () => void,
): PushHandler {
  const take = async (pushed: PushedOrder, isLate: boolean): Promise<void> => {
    if (tracker.pushed(pushed, { isLate }, Date.now()) || !isWorthFinding(pushed)) return;
    const { clientOrderId } = pushed;
    if (clientOrderId === null) return;
    const offered = isLate ? null : offer(clientOrderId, pushed);
    if (offered !== null) {
      await offered;
      return;
    }
    const trade = await trades.find(clientOrderId);
    // Others are not ours, or have ended.
    if (trade === null || isEnded(trade.status)) return;
    tracker.learn(trade, Date.now());
    tracker.pushed(pushed, { isLate }, Date.now());
    onNews();
  };
  const offer = (clientOrderId: string, pushed: PushedOrder): Promise<unknown> | null => {
    const { productId, side } = pushed;
    const order = productId === null || side === null ? null : asExchangeOrder(pushed, { productId, side });
    return order === null ? null : activeOrders.offer(clientOrderId, observation(order, 'push', Date.now()));
  };
  return {
    onOrders(orders, { arrival }) {
      if (arrival === 'repeated') return;
      for (const pushed of orders) {
        take(pushed, arrival === 'late').catch((error: unknown) =>
          log.warn('a push could not be handled', { orderId: pushed.orderId, error: String(error) }),
        );
      }
      onNews();
    },
    onConnected() {
      log.info('the exchange pushes changes of orders');
      tracker.connected(Date.now());
      onNews();
    },
    onDisconnected({ kind, message, wasConnected, retryInMs }) {
      const report = { kind, reason: message, retryInMs };
      if (wasConnected) log.warn('the push of the exchange is lost; sweeps go on', report);
      else log.debug('the push of the exchange cannot be had', report);
    },
  };
}

/** The row of an order that was placed a moment ago is read soon; only what was executed, or ended, cannot wait for that. */
function isWorthFinding(pushed: PushedOrder): boolean {
  return hasEnded(pushed) || isPositiveDecimal(pushed.filledSize);
}
