/** Looks of the immediate check, asked together: all orders that wait for their next look share one request. */
import { ORDER_IDS_A_REQUEST, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import { chunksOf } from '../runtime/in-parallel.ts';

/** Orders that are accepted within this time share their looks from then on. */
const GATHER_FOR_MS = 20;
/** The contract's pace of looks; shared requests are sent no more often, unless an order's policy looks more often. */
const PACE_MS = 500;

interface Waiting {
  orderId: string;
  intervalMs: number;
  signal: AbortSignal;
  resolve: (order: ExchangeOrder) => void;
  reject: (error: unknown) => void;
}

export class SharedLooks {
  readonly #exchange: Exchange;
  #waiting: Waiting[] = [];
  #askedAtMs = -Infinity;
  #timer: { dueMs: number; handle: NodeJS.Timeout } | null = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /**
   * The order as the exchange shows it in the next shared look. Rejects with ExchangeError, `not-found` included, or with
   * the signal's reason.
   */
  look(orderId: string, intervalMs: number, signal: AbortSignal): Promise<ExchangeOrder> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      this.#waiting.push({ orderId, intervalMs, signal, resolve, reject });
      this.#schedule(Math.min(intervalMs, PACE_MS));
    });
  }

  #schedule(paceMs: number): void {
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs + GATHER_FOR_MS, this.#askedAtMs + paceMs);
    if (this.#timer !== null && this.#timer.dueMs <= dueMs) return;
    clearTimeout(this.#timer?.handle);
    this.#timer = { dueMs, handle: setTimeout(() => this.#ask(), dueMs - nowMs) };
  }

  #ask(): void {
    this.#timer = null;
    this.#askedAtMs = performance.now();
    const waiting = this.#waiting.filter(({ signal }) => !signal.aborted);
    this.#waiting = [];
    for (const chunk of chunksOf(waiting, ORDER_IDS_A_REQUEST)) void this.#askTogether(chunk);
  }

  /** What the answer lacks, or where it fails, is asked for one by one. */
  async #askTogether(chunk: readonly Waiting[]): Promise<void> {
    const shown = chunk.length === 1 ? new Map<string, ExchangeOrder>() : await this.#list(chunk);
    for (const waiting of chunk) {
      const order = shown.get(waiting.orderId);
      if (order !== undefined) waiting.resolve(order);
      else this.#exchange.getOrder(waiting.orderId, 'urgent', waiting.signal).then(waiting.resolve, waiting.reject);
    }
  }

  async #list(chunk: readonly Waiting[]): Promise<Map<string, ExchangeOrder>> {
    try {
      const orderIds = chunk.map(({ orderId }) => orderId);
      const { orders } = await this.#exchange.listOrders({ orderIds }, 'shared');
      return new Map(orders.map((order) => [order.orderId, order]));
    } catch (error) {
      if (!(error instanceof ExchangeError)) for (const { reject } of chunk) reject(error);
      return new Map();
    }
  }
}
