/** Public market data: quotes, the book, trades and candles, made up around the current price. */
import { chance } from '../core/chance.ts';
import type { Decimal } from '../core/decimal.ts';
import { decimal, roundDown, text } from '../core/decimal.ts';
import { InvalidArgument } from '../core/errors.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Product } from '../core/products.ts';
import { PRODUCTS } from '../core/products.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { ok } from './api.ts';
import { time } from './order-view.ts';

const DEFAULT_LEVELS = 50;
const MAX_LEVELS = 500;
/** The value of each level of the book, in quote currency. */
const LEVEL_VALUE = 5000;
const DEFAULT_TRADES = 100;
/** Coinbase's documentation. */
const MAX_CANDLES = 350;
const SECONDS: Readonly<Record<string, number>> = {
  ONE_MINUTE: 60,
  FIVE_MINUTE: 300,
  FIFTEEN_MINUTE: 900,
  THIRTY_MINUTE: 1800,
  ONE_HOUR: 3600,
  TWO_HOUR: 7200,
  FOUR_HOUR: 14_400,
  SIX_HOUR: 21_600,
  ONE_DAY: 86_400,
};

/** GET /best_bid_ask. */
export function getBestBidAsk({ query }: ApiCall, context: ApiContext): ApiAnswer {
  const wanted = query.getAll('product_ids');
  const products = wanted.length > 0 ? wanted.map((id) => context.exchange.product(id)) : [...PRODUCTS.values()];
  return ok({ pricebooks: products.map((product) => priceBook(product, 1, context)) });
}

/** GET /product_book. */
export function getProductBook({ query }: ApiCall, context: ApiContext): ApiAnswer {
  const product = context.exchange.product(query.get('product_id') ?? '');
  const levels = Math.min(wholeNumber(query, 'limit', DEFAULT_LEVELS), MAX_LEVELS);
  const { bid, ask } = quote(product, context.exchange);
  const middle = bid.plus(ask).div(2);
  return ok({
    pricebook: priceBook(product, levels, context),
    last: text(context.exchange.market.price(product)),
    mid_market: text(middle),
    spread_bps: text(ask.minus(bid).div(middle).times(10_000).round(8)),
    spread_absolute: text(ask.minus(bid)),
  });
}

/** GET /products/{product_id}/ticker: the newest trades, and the quote. */
export function listMarketTrades({ id, query }: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const product = exchange.product(id);
  const from = wholeNumber(query, 'start', 0);
  const to = wholeNumber(query, 'end', Number.MAX_SAFE_INTEGER);
  const trades = exchange.tape
    .prints(product)
    .filter(({ at }) => at >= from * 1000 && at <= to * 1000)
    .slice(0, wholeNumber(query, 'limit', DEFAULT_TRADES))
    .map(({ tradeId, price, size, side, at }) => ({
      trade_id: tradeId,
      product_id: product.productId,
      price: text(price),
      size: text(size),
      time: time(at),
      side,
      bid: '',
      ask: '',
      exchange: '',
    }));
  const { bid, ask } = quote(product, exchange);
  return ok({ trades, best_bid: text(bid), best_ask: text(ask) });
}

/** GET /products/{product_id}/candles, newest first. */
export function listCandles({ id, query }: ApiCall, { exchange, now }: ApiContext): ApiAnswer {
  const product = exchange.product(id);
  const interval = SECONDS[query.get('granularity') ?? ''];
  if (interval === undefined) {
    throw new InvalidArgument(`granularity must be one of ${Object.keys(SECONDS).join(', ')}`);
  }
  const from = wholeNumber(query, 'start', null);
  const to = Math.min(wholeNumber(query, 'end', null), Math.floor(now() / 1000));
  if ((to - from) / interval > MAX_CANDLES) {
    throw new InvalidArgument(`number of candles requested should be less than ${MAX_CANDLES}`);
  }
  const candles = exchange.tape.candles(product, from, to, interval).map(({ start, ...candle }) => ({
    start: String(start),
    low: text(candle.low),
    high: text(candle.high),
    open: text(candle.open),
    close: text(candle.close),
    volume: text(candle.volume),
  }));
  return ok({ candles });
}

/** One increment to each side of the price. */
export function quote(product: Product, exchange: Exchange): { bid: Decimal; ask: Decimal } {
  const price = exchange.market.price(product);
  const bid = price.minus(product.priceIncrement);
  return { bid: bid.gt(0) ? bid : price, ask: price.plus(product.priceIncrement) };
}

function priceBook(product: Product, levels: number, { exchange, now }: ApiContext): object {
  const { bid, ask } = quote(product, exchange);
  const side = (best: Decimal, direction: 1 | -1): object[] =>
    Array.from({ length: levels }, (_, level) => best.plus(product.priceIncrement.times(level * direction)))
      .filter((price) => price.gt(0))
      .map((price) => ({ price: text(price), size: text(sizeAt(product, price)) }));
  return { product_id: product.productId, bids: side(bid, -1), asks: side(ask, 1), time: time(now()) };
}

/** Depends only on the price, so that the book changes only when the price does. */
function sizeAt(product: Product, price: Decimal): Decimal {
  const value = decimal(String(LEVEL_VALUE * (0.5 + chance(0, 'level', product.book, text(price)))));
  return roundDown(value.div(price), product.baseIncrement);
}

/** Without a default the parameter is required. */
function wholeNumber(query: URLSearchParams, name: string, defaultValue: number | null): number {
  const given = query.get(name);
  if ((given === null || given === '') && defaultValue !== null) return defaultValue;
  if (given === null || !/^\d{1,15}$/.test(given)) throw new InvalidArgument(`${name} must be a whole number`);
  return Number(given);
}
