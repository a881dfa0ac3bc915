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
      // One unreadable row would otherwise keep the fills of all the others from them, each time.
      const mayBeOneOfThem = error instanceof ExchangeError && error.kind === 'malformed-answer' && askers.length > 1;
      if (mayBeOneOfThem) for (const asker of askers) await this.#answerAll([asker]).catch(asker.fail);
      else for (const { fail } of askers) fail(error);
    }
  }

  async #answerAll(askers: readonly Asker[]): Promise<void> {
    const orderIds = [...new Set(askers.map(({ orderId }) => orderId))];
    const fills = await this.#exchange.listFills(orderIds, 'blocked-bot');
    const byOrder = Map.groupBy(fills, ({ orderId }) => orderId);
    for (const { orderId, answer } of askers) answer(byOrder.get(orderId) ?? []);
  }
}
