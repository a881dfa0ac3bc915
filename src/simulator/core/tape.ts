/** The latest trades on each book, by the account and by others, and candles. Not kept in the state file. */
import type { Decimal } from './decimal.ts';
import { ZERO } from './decimal.ts';
import type { Side } from './order.ts';
import type { Product } from './products.ts';

export interface Print {
  tradeId: string;
  price: Decimal;
  size: Decimal;
  /** The maker's. */
  side: Side;
  /** Unix milliseconds. */
  at: number;
}

export interface Candle {
  /** Unix seconds. */
  start: number;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  volume: Decimal;
}

const MAX_PRINTS = 1000;
/** A day and an hour. */
const MAX_MINUTES = 1500;
const SECONDS_PER_MINUTE = 60;

interface Book {
  prints: Print[];
  /** By their start, oldest first. */
  minutes: Map<number, Candle>;
}

export class Tape {
  readonly #books = new Map<string, Book>();

  record(product: Product, print: Print): void {
    const { prints, minutes } = this.#book(product);
    prints.push(print);
    if (prints.length > MAX_PRINTS) prints.shift();
    const start = startOf(print.at / 1000, SECONDS_PER_MINUTE);
    const minute = minutes.get(start);
    const { price, size } = print;
    minutes.set(start, merged(minute, { start, open: price, high: price, low: price, close: price, volume: size }));
    const [oldest] = minutes.keys();
    if (minutes.size > MAX_MINUTES && oldest !== undefined) minutes.delete(oldest);
  }

  /** Newest first. */
  prints(product: Product): Print[] {
    return this.#book(product).prints.toReversed();
  }

  /**
   * One candle for each interval that begins in [from, to], Unix seconds, newest first. Without trades the price stays
   * where it was; before the exchange was started it is the product's start price.
   */
  candles(product: Product, from: number, to: number, intervalSeconds: number): Candle[] {
    const traded = new Map<number, Candle>();
    let price = product.startPrice;
    const first = startOf(from, intervalSeconds);
    for (const minute of this.#book(product).minutes.values()) {
      const start = startOf(minute.start, intervalSeconds);
      if (start < first) price = minute.close;
      else traded.set(start, merged(traded.get(start), { ...minute, start }));
    }
    const candles: Candle[] = [];
    for (let start = first; start <= to; start += intervalSeconds) {
      const still = { start, open: price, high: price, low: price, close: price, volume: ZERO };
      const candle = traded.get(start) ?? still;
      candles.push(candle);
      price = candle.close;
    }
    return candles.toReversed();
  }

  #book({ book }: Product): Book {
    let found = this.#books.get(book);
    if (!found) {
      found = { prints: [], minutes: new Map() };
      this.#books.set(book, found);
    }
    return found;
  }
}

function startOf(seconds: number, intervalSeconds: number): number {
  return Math.floor(seconds / intervalSeconds) * intervalSeconds;
}

/** `later` continues `earlier`. */
function merged(earlier: Candle | undefined, later: Candle): Candle {
  if (!earlier) return later;
  return {
    ...earlier,
    high: later.high.gt(earlier.high) ? later.high : earlier.high,
    low: later.low.lt(earlier.low) ? later.low : earlier.low,
    close: later.close,
    volume: earlier.volume.plus(later.volume),
  };
}
