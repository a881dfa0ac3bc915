/** What the exchange's list of open orders says: which of the watched orders are open, and which it lacks. */
import { OPEN_STATUSES, type ExchangeOrder } from '../../order/exchange-order.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import type { FeedPorts } from './ports.ts';
import type { Questions } from './questions.ts';
import type { Watch } from './watch-list.ts';

/** While push tells what changes, the list only finds what push has missed. */
const EVERY_MS = 30_000;

export class OpenOrders {
  readonly #ports: Pick<FeedPorts, 'exchange' | 'push'>;
  readonly #questions: Questions;
  #askedAtMs = 0;
  #isAsked = false;

  constructor(ports: Pick<FeedPorts, 'exchange' | 'push'>, questions: Questions) {
    this.#ports = ports;
    this.#questions = questions;
  }

  /** The next sweep asks for it, whenever the last one did. */
  soon(): void {
    this.#askedAtMs = 0;
  }

  /** In time for those that count as unconfirmed after a shorter while, too. One question at a time. */
  isDue(watches: readonly Watch[]): boolean {
    if (this.#isAsked) return false;
    if (this.#ports.push?.health.connected !== true) return true;
    const everyMs = watches.reduce((least, { trade }) => Math.min(least, trade.policy.monitorForMs / 2), EVERY_MS);
    return Date.now() - this.#askedAtMs >= everyMs;
  }

  /** By the exchange's id; null without an answer. */
  async shown(): Promise<Map<string, ExchangeOrder> | null> {
    this.#isAsked = true;
    this.#askedAtMs = Date.now();
    const orders = await this.#questions
      .ask((signal) => this.#ports.exchange.listOrders({ statuses: OPEN_STATUSES }, 'sweep', signal))
      .finally(() => (this.#isAsked = false));
    if (!(orders instanceof ExchangeError)) return new Map(orders.map((order) => [order.orderId, order]));
    this.soon();
    return null;
  }
}
