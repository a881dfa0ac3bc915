/** Hands what the exchange pushes to the tracker; what it shows of an order that is not tracked yet finds its trade. */
import { log } from '@temporalio/activity';
import type { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import { asExchangeOrder, type PushedOrder } from '../../domain/feed/pushed-order.ts';
import { observation } from '../../domain/feed/reports.ts';
import { isPositiveDecimal } from '../../domain/decimal.ts';
import { hasEnded } from '../../domain/order/exchange-order.ts';
import type { ObservedFact } from '../../domain/order/fact.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { PushHandler } from '../../ports/order-push.ts';
import type { FeedPorts } from '../ports.ts';

type ListenerPorts = Pick<FeedPorts, 'trades' | 'activeOrders'> & {
  orderWorkflows: Pick<FeedPorts['orderWorkflows'], 'signalFact'>;
};

/** `onNews` is called when the tracker may have something to ask or to report. */
export function pushListener(
  { trades, activeOrders, orderWorkflows }: ListenerPorts,
  tracker: FeedTracker,
  onNews: () => void,
): PushHandler {
  const take = async (pushed: PushedOrder, isLate: boolean): Promise<void> => {
    if (tracker.pushed(pushed, { isLate }, Date.now()) || !isWorthFinding(pushed)) return;
    const { clientOrderId } = pushed;
    if (clientOrderId === null) return;
    const fact = isLate ? null : factOf(pushed);
    const offered = fact === null ? null : activeOrders.offer(clientOrderId, fact);
    if (fact !== null && offered !== null) {
      if (!(await offered)) await orderWorkflows.signalFact(clientOrderId, fact);
      return;
    }
    const trade = await trades.find(clientOrderId);
    // Others are not ours, or have ended.
    if (trade === null || isEnded(trade.status)) return;
    tracker.learn(trade, Date.now());
    tracker.pushed(pushed, { isLate }, Date.now());
    onNews();
  };
  let wasLost = false;
  return {
    onOrders(orders, { arrival }) {
      if (arrival === 'repeated') return;
      for (const pushed of orders) {
        take(pushed, arrival === 'late').catch((error: unknown) =>
          log.warn('a push could not be handled', { orderId: pushed.orderId, error }),
        );
      }
      onNews();
    },
    onConnected() {
      if (wasLost) log.info('the exchange pushes changes of orders again');
      else log.debug('the exchange pushes changes of orders');
      wasLost = false;
      tracker.connected(Date.now());
      onNews();
    },
    onDisconnected({ kind, message, wasConnected, retryInMs }) {
      const report = { kind, reason: message, retryInMs };
      wasLost ||= wasConnected;
      if (wasConnected) log.warn('the push connection to the exchange is lost; sweeps continue', report);
      else log.debug('the push connection to the exchange could not be made', report);
    },
  };
}

/** Null where it has too little to be applied by itself. */
function factOf(pushed: PushedOrder): ObservedFact | null {
  const { productId, side } = pushed;
  const order = productId === null || side === null ? null : asExchangeOrder(pushed, { productId, side });
  return order === null ? null : observation(order, 'push', Date.now());
}

/** The row of an order that was placed a moment ago is read soon; only what was executed, or ended, cannot wait for that. */
function isWorthFinding(pushed: PushedOrder): boolean {
  return hasEnded(pushed) || isPositiveDecimal(pushed.filledSize);
}
