/** Reads Coinbase's `order_configuration` into the terms of an order, or refuses it. */
import type { Decimal } from './decimal.ts';
import { isMultipleOf, parseDecimal, roundDown } from './decimal.ts';
import { InvalidArgument, OrderRefused } from './errors.ts';
import type { OrderKind, OrderTerms, Side, TimeInForce } from './order.ts';
import type { Product } from './products.ts';

/** Perpetuals' and scaled orders' keys are known and refused, as for a spot portfolio. */
const VARIANTS: Readonly<Record<string, readonly [kind: OrderKind, timeInForce: TimeInForce] | null>> = {
  market_market_ioc: ['market', 'IOC'],
  market_market_fok: null,
  sor_limit_ioc: ['limit', 'IOC'],
  limit_limit_gtc: ['limit', 'GTC'],
  limit_limit_gtd: ['limit', 'GTD'],
  limit_limit_fok: ['limit', 'FOK'],
  stop_limit_stop_limit_gtc: ['stop-limit', 'GTC'],
  stop_limit_stop_limit_gtd: ['stop-limit', 'GTD'],
  trigger_bracket_gtc: ['bracket', 'GTC'],
  trigger_bracket_gtd: ['bracket', 'GTD'],
  twap_limit_gtd: ['twap', 'GTD'],
  scaled_limit_gtc: null,
};

type Fields = Readonly<Record<string, unknown>>;

/** Throws InvalidArgument for a malformed configuration, and OrderRefused for one that cannot be traded. */
export function readTerms(configuration: unknown, side: Side, product: Product, now: number): OrderTerms {
  const [key, fields] = onlyEntry(configuration);
  const variant = VARIANTS[key];
  if (variant === undefined) throw new InvalidArgument(`unknown field order_configuration.${key}`);
  if (variant === null) {
    throw new OrderRefused('UNSUPPORTED_ORDER_CONFIGURATION', `${key} is not supported for ${product.productId}`);
  }
  const [kind, timeInForce] = variant;
  const limitPrice = kind === 'market' ? null : readPrice(fields, 'limit_price', product);
  const size = readSize(fields, kind, limitPrice, side, product);
  return {
    kind,
    timeInForce,
    ...size,
    limitPrice,
    ...readStop(fields, kind, side, product),
    postOnly: fields['post_only'] === true,
    endTime: timeInForce === 'GTD' ? readEndTime(fields, now) : null,
  };
}

function onlyEntry(configuration: unknown): readonly [key: string, fields: Fields] {
  if (!isFields(configuration)) throw new InvalidArgument('order_configuration is required');
  const entries = Object.entries(configuration);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new InvalidArgument('order_configuration must have exactly one key');
  if (!isFields(entry[1])) throw new InvalidArgument(`order_configuration.${entry[0]} must be an object`);
  return [entry[0], entry[1]];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readSize(
  fields: Fields,
  kind: OrderKind,
  limitPrice: Decimal | null,
  side: Side,
  product: Product,
): Pick<OrderTerms, 'baseSize' | 'quoteSize'> {
  const baseSize = readDecimal(fields, 'base_size');
  const quoteSize = readDecimal(fields, 'quote_size');
  if ((baseSize === null) === (quoteSize === null)) {
    throw new InvalidArgument('exactly one of base_size and quote_size is required');
  }
  if (baseSize) {
    requireIncrement(baseSize, product.baseIncrement, 'INVALID_SIZE_PRECISION', 'base_size');
    requireMinimum(baseSize, product.baseMinSize, 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL', 'base_size');
    return { baseSize, quoteSize: null };
  }
  if (!quoteSize) throw new InvalidArgument('quote_size is required');
  if (kind === 'market' && side === 'SELL') {
    throw new OrderRefused(
      'UNSUPPORTED_ORDER_CONFIGURATION',
      'Market sells must be parameterized in base currency',
      'PREVIEW_INVALID_ORDER_CONFIG',
    );
  }
  requireIncrement(quoteSize, product.quoteIncrement, 'INVALID_SIZE_PRECISION', 'quote_size');
  requireMinimum(quoteSize, product.quoteMinSize, 'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL', 'quote_size');
  // With a limit price, the quote size determines the base size.
  return { baseSize: limitPrice && roundDown(quoteSize.div(limitPrice), product.baseIncrement), quoteSize };
}

function readStop(
  fields: Fields,
  kind: OrderKind,
  side: Side,
  product: Product,
): Pick<OrderTerms, 'stopPrice' | 'stopDirection'> {
  if (kind === 'bracket') {
    const stopPrice = readPrice(fields, 'stop_trigger_price', product);
    return { stopPrice, stopDirection: side === 'SELL' ? 'down' : 'up' };
  }
  if (kind !== 'stop-limit') return { stopPrice: null, stopDirection: null };
  const direction =
    fields['stop_direction'] ?? (side === 'SELL' ? 'STOP_DIRECTION_STOP_DOWN' : 'STOP_DIRECTION_STOP_UP');
  if (direction !== 'STOP_DIRECTION_STOP_UP' && direction !== 'STOP_DIRECTION_STOP_DOWN') {
    throw new InvalidArgument('stop_direction must be STOP_DIRECTION_STOP_UP or STOP_DIRECTION_STOP_DOWN');
  }
  const stopPrice = readPrice(fields, 'stop_price', product);
  return { stopPrice, stopDirection: direction === 'STOP_DIRECTION_STOP_UP' ? 'up' : 'down' };
}

function readPrice(fields: Fields, name: string, product: Product): Decimal {
  const price = readDecimal(fields, name);
  if (!price) throw new InvalidArgument(`${name} is required`);
  if (!price.gt(0)) throw new OrderRefused('INVALID_LIMIT_PRICE', `${name} must be above zero`);
  requireIncrement(price, product.priceIncrement, 'INVALID_PRICE_PRECISION', name);
  return price;
}

function readEndTime(fields: Fields, now: number): number {
  const endTime = Date.parse(String(fields['end_time']));
  if (Number.isNaN(endTime)) throw new InvalidArgument('end_time must be an RFC 3339 time');
  if (endTime <= now) throw new OrderRefused('INVALID_REQUEST', 'end_time must be in the future');
  return endTime;
}

/** Null when absent. A JSON number is refused, although some of Coinbase's own examples show one. */
function readDecimal(fields: Fields, name: string): Decimal | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  const number = parseDecimal(value);
  if (!number) throw new InvalidArgument(`${name} must be a decimal string`);
  return number;
}

function requireIncrement(value: Decimal, increment: Decimal, reason: string, name: string): void {
  if (isMultipleOf(value, increment)) return;
  throw new OrderRefused(reason, `${name} must be a multiple of ${increment.toFixed()}`, `PREVIEW_${reason}`);
}

function requireMinimum(value: Decimal, minimum: Decimal, previewReason: string, name: string): void {
  if (value.gte(minimum)) return;
  throw OrderRefused.inPreview(previewReason, `${name} must be at least ${minimum.toFixed()}`);
}
