/** Asks for the fills of many orders in one request: orders that end together share it. */
import type { Fill } from '../../domain/order/exchange-order.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';

/** What a lone order waits for company. */
const GATHER_FOR_MS = 50;
/** Where orders end all the time two requests in three seconds are enough: their bots are released already. */
const ASK_EVERY_MS = 1_500;

interface Asker {
  orderId: string;
  answer(fills: Fill[]): void;
  fail(error: unknown): void;
}

export class FillBatches {
  readonly #exchange: Exchange;
  #waiting: Asker[] = [];
  #askedAtMs = -Infinity;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The order's fills as the exchange lists them now. Throws ExchangeError. */
  fillsOf(orderId: string): Promise<Fill[]> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ orderId, answer, fail });
      if (this.#waiting.length > 1) return;
      const waitMs = Math.max(GATHER_FOR_MS, this.#askedAtMs + ASK_EVERY_MS - performance.now());
      setTimeout(() => void this.#ask(), waitMs);
    });
  }

  async #ask(): Promise<void> {
    const askers = this.#waiting;
    this.#waiting = [];
    this.#askedAtMs = performance.now();
    try {
      await this.#answerAll(askers);
    } catch (error) {
      for (const { fail } of askers) fail(error);
    }
  }

  async #answerAll(askers: readonly Asker[]): Promise<void> {
    const orderIds = [...new Set(askers.map(({ orderId }) => orderId))];
    const { fills, unreadable } = await this.#exchange.listFills(orderIds, 'blocked-bot');
    const byOrder = Map.groupBy(fills, ({ orderId }) => orderId);
    const problems = new Map(unreadable.map(({ orderId, problem }) => [orderId, problem]));
    for (const { orderId, answer, fail } of askers) {
      const problem = problems.get(orderId);
      if (problem === undefined) answer(byOrder.get(orderId) ?? []);
      else fail(new ExchangeError('malformed-answer', problem));
    }
  }
}
