/** Prices: a random walk per order book, determined by the seed and the number of the step. */
import { chance } from './chance.ts';
import type { Decimal } from './decimal.ts';
import { decimal, roundDown, text } from './decimal.ts';
import { InvalidArgument } from './errors.ts';
import type { Product } from './products.ts';
import { PRODUCTS } from './products.ts';

/** The largest change of a price in one step: 0.05 %. */
const MAX_STEP_PPM = 500;

export class Market {
  readonly #seed: number;
  readonly #prices = new Map<string, Decimal>();
  #steps = 0;

  constructor(seed: number) {
    this.#seed = seed;
    for (const { book, startPrice } of PRODUCTS.values()) this.#prices.set(book, startPrice);
  }

  price(product: Product): Decimal {
    return this.#prices.get(product.book) ?? product.startPrice;
  }

  setPrice(product: Product, price: Decimal): void {
    if (!price.gt(0)) throw new InvalidArgument('price must be above zero');
    this.#prices.set(product.book, price);
  }

  /** Where the walk stands: the number of steps so far, and the price of every book. */
  position(): { steps: number; prices: Record<string, string> } {
    const prices = Object.fromEntries([...this.#prices].map(([book, price]) => [book, text(price)]));
    return { steps: this.#steps, prices };
  }

  /** Continues from a position; a book that is not named keeps its price. */
  restore(steps: number, prices: ReadonlyMap<string, Decimal>): void {
    this.#steps = steps;
    for (const [book, price] of prices) this.#prices.set(book, price);
  }

  /** Moves every price by one step; up and down are equally likely. */
  step(): void {
    this.#steps += 1;
    for (const product of PRODUCTS.values()) {
      if (product.book !== product.productId) continue;
      const draw = chance(this.#seed, 'price', product.productId, this.#steps);
      const ppm = Math.round((draw * 2 - 1) * MAX_STEP_PPM);
      const moved = this.price(product)
        .times(1_000_000 + ppm)
        .times(decimal('0.000001'));
      const rounded = roundDown(moved, product.priceIncrement);
      if (rounded.gt(0)) this.#prices.set(product.book, rounded);
    }
  }
}
