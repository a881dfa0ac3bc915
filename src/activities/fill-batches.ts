/** Asks for the fills of many orders in one request: orders that end together share it. */
import type { Fill } from '../order/exchange-order.ts';
import type { Exchange } from '../ports/exchange.ts';

/** Short beside the wait for a second look, long beside the time between two orders of a busy bot. */
const GATHER_FOR_MS = 50;

interface Asker {
  orderId: string;
  answer(fills: Fill[]): void;
  fail(error: unknown): void;
}

export class FillBatches {
  readonly #exchange: Exchange;
  #waiting: Asker[] = [];

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The order's fills as the exchange lists them now. Throws ExchangeError. */
  fillsOf(orderId: string): Promise<Fill[]> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ orderId, answer, fail });
      if (this.#waiting.length === 1) setTimeout(() => void this.#ask(), GATHER_FOR_MS);
    });
  }

  async #ask(): Promise<void> {
    const askers = this.#waiting;
    this.#waiting = [];
    try {
      const fills = await this.#exchange.listFills([...new Set(askers.map(({ orderId }) => orderId))], 'blocked-bot');
      const byOrder = Map.groupBy(fills, ({ orderId }) => orderId);
      for (const { orderId, answer } of askers) answer(byOrder.get(orderId) ?? []);
    } catch (error) {
      for (const { fail } of askers) fail(error);
    }
  }
}
