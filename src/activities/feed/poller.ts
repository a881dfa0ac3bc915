/** Asks the exchange what the tracker wants to know. No request waits for the answer of another. */
import { log } from '@temporalio/activity';
import { messageOf } from '../../domain/message-of.ts';
import type { FeedTracker } from '../../domain/feed/feed-tracker.ts';
import type { Poll } from '../../domain/feed/polls.ts';
import { OPEN_STATUSES } from '../../domain/order/exchange-order.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { lookUpOrder } from '../../ports/order-lookup.ts';
import { FillRecorder } from './fill-recorder.ts';
import type { FeedPorts } from '../ports.ts';
import { UnreadableRows } from './unreadable-rows.ts';

export class Poller {
  readonly #ports: Pick<FeedPorts, 'exchange' | 'trades' | 'alerts'>;
  readonly #tracker: FeedTracker;
  readonly #signal: AbortSignal;
  readonly #unreadable = new UnreadableRows();
  readonly #fills: FillRecorder;

  constructor(ports: Pick<FeedPorts, 'exchange' | 'trades' | 'alerts'>, tracker: FeedTracker, signal: AbortSignal) {
    this.#ports = ports;
    this.#tracker = tracker;
    this.#signal = signal;
    this.#fills = new FillRecorder(ports, tracker, this.#unreadable, signal);
  }

  /** Never rejects: a question that fails is asked again when the tracker says so. */
  async ask(poll: Poll): Promise<void> {
    try {
      await this.#ask(poll);
    } catch (error) {
      if (this.#signal.aborted) return;
      this.#tracker.failed(poll, messageOf(error), Date.now());
      const report = { poll: poll.kind, error };
      if (error instanceof ExchangeError) log.debug('the feed got no answer from the exchange', report);
      else log.warn('a request of the feed failed', report);
    }
  }

  async #ask(poll: Poll): Promise<void> {
    const { exchange } = this.#ports;
    switch (poll.kind) {
      case 'orders': {
        const { orderIds } = poll;
        const { orders, unreadable } = await exchange.listOrders({ orderIds }, poll.priority, this.#signal);
        this.#unreadable.report('orders', unreadable);
        return this.#tracker.ordersShown(poll, orders, Date.now());
      }
      case 'open-orders': {
        const filter = { statuses: OPEN_STATUSES };
        const { orders, unreadable } = await exchange.listOrders(filter, poll.priority, this.#signal);
        this.#unreadable.report('orders', unreadable);
        return this.#tracker.openOrdersListed(poll, orders, Date.now());
      }
      case 'search': {
        const order = { clientOrderId: poll.clientOrderId, orderId: null };
        const found = await lookUpOrder(this.#ports, order, poll.priority, this.#signal);
        return this.#tracker.searched(poll, found.kind === 'seen' ? found.order : null, Date.now());
      }
      case 'account-fills':
        return this.#fills.askAccount(poll);
      case 'order-fills':
        return this.#fills.askOrders(poll);
    }
  }
}
