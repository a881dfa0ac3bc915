/** Bots that place market orders, with the engine or the baseline, and wait until they are released. */
import type { OrderSyncClient } from '../src/client/index.ts';
import type { OrderRequest } from '../src/domain/order/order-request.ts';
import { isEnded } from '../src/domain/order/trade.ts';
import type { Baseline } from './baseline/baseline.ts';
import { atRate, pause } from './pace.ts';
import { newOrderId } from './world.ts';

/** Places an order and resolves when the bot is released. */
export type Trader = (request: OrderRequest) => Promise<void>;

export interface Trading {
  clientOrderIds: string[];
  /** From the bot's call to its release, by the time of the release. */
  waitsMs: number[];
  /** Bots that were not released in time. */
  unreleased: number;
  /** From the first call to the last release. */
  tookMs: number;
}

/** Bots released a second. */
export function rateOf({ waitsMs, tookMs }: Trading): number {
  return (waitsMs.length * 1_000) / tookMs;
}

/** Longer than any queue in the benchmarks takes. */
const RELEASED_WITHIN_MS = 600_000;

export function engineTrader(bot: OrderSyncClient, signal: AbortSignal): Trader {
  return async (request) => {
    const options = { signal, timeoutMs: RELEASED_WITHIN_MS };
    const { status } = await bot.place(request, options);
    if (!isEnded(status)) await bot.waitForRelease(request.clientOrderId, options);
  };
}

export function baselineTrader(baseline: Baseline): Trader {
  return (request) => baseline.place(request);
}

/** A new market order, which the exchange fills within the POST. It has the longest placement window. */
export function marketOrder(): OrderRequest {
  return {
    clientOrderId: newOrderId('once'),
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
    policy: { placeForMs: 120_000 },
  };
}

/** Places a number of orders at a steady pace, without waiting for the earlier ones. */
export async function tradeSteadily(
  trader: Trader,
  { perSecond, orders }: { perSecond: number; orders: number },
  signal: AbortSignal,
): Promise<Trading> {
  const log = new TradeLog(trader, signal);
  const underWay: Promise<void>[] = [];
  await atRate(perSecond, orders, signal, () => void underWay.push(log.trade()));
  await Promise.all(underWay);
  return log.trading();
}

/** Places all of them now. */
export async function tradeAtOnce(
  trader: Trader,
  requests: readonly OrderRequest[],
  signal: AbortSignal,
): Promise<Trading> {
  const log = new TradeLog(trader, signal);
  await Promise.all(requests.map((request) => log.trade(request)));
  return log.trading();
}

/** Each bot places its next order as soon as it is released, until the time is up. */
export async function tradeWithoutPause(
  trader: Trader,
  { bots, seconds }: { bots: number; seconds: number },
  signal: AbortSignal,
): Promise<Trading> {
  const log = new TradeLog(trader, signal);
  const endAtMs = Date.now() + seconds * 1_000;
  const run = async (): Promise<void> => {
    while (Date.now() < endAtMs) await log.trade();
  };
  await Promise.all(Array.from({ length: bots }, run));
  return log.trading();
}

class TradeLog {
  readonly #trader: Trader;
  readonly #signal: AbortSignal;
  readonly #startedMs = performance.now();
  readonly #clientOrderIds: string[] = [];
  readonly #waitsMs: number[] = [];
  #lastMs = 0;

  constructor(trader: Trader, signal: AbortSignal) {
    this.#trader = trader;
    this.#signal = signal;
  }

  async trade(request = marketOrder()): Promise<void> {
    this.#clientOrderIds.push(request.clientOrderId);
    const startedMs = performance.now();
    const late = new AbortController();
    const isReleased = await Promise.race([
      this.#trader(request).then(
        () => true,
        () => false,
      ),
      pause(RELEASED_WITHIN_MS, AbortSignal.any([late.signal, this.#signal])).catch(() => false),
    ]);
    late.abort();
    this.#signal.throwIfAborted();
    this.#lastMs = performance.now();
    if (isReleased === true) this.#waitsMs.push(this.#lastMs - startedMs);
  }

  trading(): Trading {
    return {
      clientOrderIds: this.#clientOrderIds,
      waitsMs: this.#waitsMs,
      unreleased: this.#clientOrderIds.length - this.#waitsMs.length,
      tookMs: this.#lastMs - this.#startedMs,
    };
  }
}
