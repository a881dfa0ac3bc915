/**
 * The plain loop to compare the engine with: one loop for each order in one process, without Temporal. It looks ten times,
 * 0.5 s apart, then every 2 s, and writes directly to PostgreSQL. It has the engine's exchange client, request budget and
 * tables, so that only the algorithm differs; it forgets the orders it watches when the process ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { meaningOf, type ExchangeOrder } from '../../src/domain/order/exchange-order.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { ExchangeError, type Exchange } from '../../src/ports/exchange.ts';
import type { PlainRows } from './plain-rows.ts';

const QUICK_LOOKS = 10;
const QUICK_EVERY_MS = 500;
const SLOW_EVERY_MS = 2_000;
const AGAIN_AFTER_MS = 1_000;

export class PlainLoop {
  readonly #exchange: Exchange;
  readonly #rows: PlainRows;
  readonly #signal: AbortSignal;

  constructor(exchange: Exchange, rows: PlainRows, signal: AbortSignal) {
    this.#exchange = exchange;
    this.#rows = rows;
    this.#signal = signal;
  }

  /** Calls `onReleased` when the order's end is committed; its fills are requested after that. */
  async place(request: OrderRequest, onReleased: () => void): Promise<void> {
    await this.#rows.insertIntent(request);
    const { orderId } = await this.#again(async () => {
      await this.#exchange.reservePlacement(request.botId, this.#signal);
      return this.#exchange.createOrder(request, { signal: this.#signal, sendBefore: Infinity });
    });
    await this.#rows.accept(request.clientOrderId, orderId);
    await this.#follow(request.clientOrderId, orderId, onReleased);
  }

  /** Continues with an order that has a row. */
  async watch(clientOrderId: string, onReleased: () => void): Promise<void> {
    const orderId = await this.#rows.orderIdOf(clientOrderId);
    if (orderId !== null) await this.#follow(clientOrderId, orderId, onReleased);
  }

  async #follow(clientOrderId: string, orderId: string, onReleased: () => void): Promise<void> {
    for (let looks = 1; ; looks += 1) {
      const startedMs = Date.now();
      const order = await this.#look(orderId);
      const meaning = order === null ? null : meaningOf(order.status);
      if (order !== null && meaning?.kind === 'ended') {
        await this.#rows.end(clientOrderId, order, meaning.as);
        onReleased();
        const { fills } = await this.#again(() => this.#exchange.listFills([orderId], 'sweep', this.#signal));
        await this.#rows.saveFills(fills);
        return;
      }
      const everyMs = looks < QUICK_LOOKS ? QUICK_EVERY_MS : SLOW_EVERY_MS;
      await sleep(Math.max(0, everyMs - (Date.now() - startedMs)), undefined, { signal: this.#signal });
    }
  }

  /** Returns null without an answer: the next look may get one. */
  async #look(orderId: string): Promise<ExchangeOrder | null> {
    try {
      return await this.#exchange.getOrder(orderId, 'sweep', this.#signal);
    } catch (error) {
      if (error instanceof ExchangeError) return null;
      throw error;
    }
  }

  /** Repeats the identical POST until there is an answer, so the exchange has one order. */
  async #again<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ExchangeError) || error.kind === 'refused') throw error;
      }
      await sleep(AGAIN_AFTER_MS, undefined, { signal: this.#signal });
    }
  }
}
