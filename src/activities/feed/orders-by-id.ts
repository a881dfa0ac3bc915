/** Asks for orders by id, fifty a request, and none that is asked for already. */
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { isImmediate } from '../../domain/order/order-configuration.ts';
import { ExchangeError, ORDER_IDS_A_REQUEST, type Exchange } from '../../ports/exchange.ts';
import { chunksOf, inParallel } from '../runtime/in-parallel.ts';
import type { Questions } from './questions.ts';
import { askedByItself, unseen, type Watch } from './watch-list.ts';

/** In one sweep: the others are next, so that the budget is not used up by them. */
const MOST = 1_000;
const REQUESTS_AT_ONCE = 4;

type Take = (watch: Watch, order: ExchangeOrder) => void;

export class OrdersById {
  readonly #exchange: Exchange;
  readonly #questions: Questions;
  readonly #take: Take;

  /** `take` is given every order that is shown. */
  constructor(exchange: Exchange, questions: Questions, take: Take) {
    this.#exchange = exchange;
    this.#questions = questions;
    this.#take = take;
  }

  async ask(watches: readonly Watch[]): Promise<void> {
    const next = watches.filter(({ isAsked }) => !isAsked).toSorted((a, b) => a.confirmedAtMs - b.confirmedAtMs);
    const chunks = chunksOf(next.slice(0, MOST), ORDER_IDS_A_REQUEST);
    for (const watch of chunks.flat()) askedByItself(watch, Date.now());
    await inParallel(chunks, REQUESTS_AT_ONCE, async (chunk) => {
      await this.#askForChunk(chunk);
      for (const watch of chunk) watch.isAsked = false;
    });
  }

  async #askForChunk(chunk: readonly Watch[]): Promise<void> {
    const orderIds = chunk.flatMap(({ trade }) => trade.orderId ?? []);
    const blocksBot = chunk.some(({ trade }) => trade.status === 'stale' || isImmediate(trade.orderConfiguration));
    const priority = blocksBot ? 'blocked-bot' : 'sweep';
    const listed = await this.#questions.ask((signal) => this.#exchange.listOrders({ orderIds }, priority, signal));
    if (listed instanceof ExchangeError) return;
    const shown = new Map(listed.orders.map((order) => [order.orderId, order]));
    for (const watch of chunk) {
      const order = shown.get(watch.trade.orderId ?? '');
      if (order === undefined) unseen(watch);
      else this.#take(watch, order);
    }
  }
}
