/** What the exchange's list of open orders says: which of the watched orders are open, and which it lacks. */
import { OPEN_STATUSES, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { pause } from '../runtime/activity-context.ts';
import type { FeedPorts } from './ports.ts';
import type { Questions } from './questions.ts';
import type { Watch } from './watch-list.ts';

/** While push tells what changes, the list only finds what push has missed. */
const EVERY_MS = 30_000;

/** Of orders that are looked at seldom the list comes no later than this after the fills. */
const LONGEST_REST_MS = 1_000;

export interface Listing {
  askedAtMs: number;
  /** By the exchange's id. */
  shown: ReadonlyMap<string, ExchangeOrder>;
}

export class OpenOrders {
  readonly #ports: Pick<FeedPorts, 'exchange' | 'push'>;
  readonly #questions: Questions;
  #askedAtMs = 0;
  #isAsked = false;

  constructor(ports: Pick<FeedPorts, 'exchange' | 'push'>, questions: Questions) {
    this.#ports = ports;
    this.#questions = questions;
  }

  /** The next sweep asks for it at once, whenever the last one did. */
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

  /**
   * Null without an answer. It is asked for half a round after the account's fills, but the first time at once: what those
   * say is told by then, which a list of thousands would be in the way of, and what it lacks ended since.
   */
  async list(watches: readonly Watch[]): Promise<Listing | null> {
    this.#isAsked = true;
    try {
      if (this.#askedAtMs > 0) await pause(halfRoundMs(watches));
      const askedAtMs = Date.now();
      this.#askedAtMs = askedAtMs;
      const listed = await this.#questions.ask((signal) =>
        this.#ports.exchange.listOrders({ statuses: OPEN_STATUSES }, 'sweep', signal),
      );
      if (!(listed instanceof ExchangeError)) {
        return { askedAtMs, shown: new Map(listed.orders.map((order) => [order.orderId, order])) };
      }
      this.soon();
      return null;
    } finally {
      this.#isAsked = false;
    }
  }
}

function halfRoundMs(watches: readonly Watch[]): number {
  return watches.reduce((least, { trade }) => Math.min(least, trade.policy.monitorIntervalMs / 2), LONGEST_REST_MS);
}
