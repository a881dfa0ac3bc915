/** The products that can be traded. Increments and minimum sizes are close to Coinbase's; prices only start here. */
import { decimal } from './decimal.ts';
import type { Decimal } from './decimal.ts';

export interface Product {
  productId: string;
  baseCurrency: string;
  quoteCurrency: string;
  /** The product whose order book this one shares: Coinbase trades BTC-USDC on the BTC-USD book. Its own id if none. */
  book: string;
  baseIncrement: Decimal;
  baseMinSize: Decimal;
  quoteIncrement: Decimal;
  quoteMinSize: Decimal;
  priceIncrement: Decimal;
  startPrice: Decimal;
}

function product(base: string, quote: string, startPrice: string, priceIncrement: string): Product {
  return {
    productId: `${base}-${quote}`,
    baseCurrency: base,
    quoteCurrency: quote,
    book: `${base}-USD`,
    baseIncrement: decimal('0.00000001'),
    baseMinSize: decimal('0.00000001'),
    quoteIncrement: decimal('0.01'),
    quoteMinSize: decimal('1'),
    priceIncrement: decimal(priceIncrement),
    startPrice: decimal(startPrice),
  };
}

const CATALOGUE: readonly (readonly [base: string, startPrice: string, priceIncrement: string])[] = [
  ['BTC', '65000', '0.01'],
  ['ETH', '3200', '0.01'],
  ['SOL', '150', '0.01'],
  ['LTC', '85', '0.01'],
  ['LINK', '14', '0.001'],
  ['DOGE', '0.12', '0.00001'],
];

export const PRODUCTS: ReadonlyMap<string, Product> = new Map(
  CATALOGUE.flatMap(([base, startPrice, priceIncrement]) =>
    ['USD', 'USDC'].map((quote) => product(base, quote, startPrice, priceIncrement)),
  ).map((each) => [each.productId, each]),
);

/** What the account holds at the start: enough for load tests of tens of thousands of small orders. */
export const START_BALANCES: Readonly<Record<string, string>> = {
  USD: '100000000',
  USDC: '100000000',
  BTC: '10000',
  ETH: '100000',
  SOL: '1000000',
  LTC: '1000000',
  LINK: '1000000',
  DOGE: '100000000',
};
