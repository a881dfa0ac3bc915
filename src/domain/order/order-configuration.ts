/**
 * Coinbase's `order_configuration`: an object with exactly one key, the kind of order. It is stored and sent untouched;
 * only its shape is checked here, because prices, precisions and balances are the exchange's to judge.
 */
import { isPositiveDecimal } from '../decimal-format.ts';
import { isRecord, isStorableText, show, type FieldError } from '../field-error.ts';

export type OrderConfiguration = Record<string, Record<string, unknown>>;

interface Variant {
  required: readonly string[];
  optional: readonly string[];
  /** How the size is given: one of the two, or in the base currency only. */
  size: 'quote-or-base' | 'base';
  /** Ends by itself at once: market, immediate-or-cancel, fill-or-kill. Anything else may rest. */
  immediate: boolean;
}

const BRACKET = ['limit_price', 'stop_trigger_price'];
const STOP_LIMIT = ['limit_price', 'stop_price', 'stop_direction'];
const SCALED = ['num_orders', 'min_price', 'max_price', 'price_distribution', 'size_distribution'];

const VARIANTS: Readonly<Record<string, Variant>> = {
  market_market_ioc: { required: [], optional: ['rfq_disabled'], size: 'quote-or-base', immediate: true },
  market_market_fok: { required: [], optional: ['rfq_disabled'], size: 'quote-or-base', immediate: true },
  sor_limit_ioc: { required: ['limit_price'], optional: ['rfq_disabled'], size: 'quote-or-base', immediate: true },
  limit_limit_gtc: {
    required: ['limit_price'],
    optional: ['post_only', 'rfq_disabled'],
    size: 'quote-or-base',
    immediate: false,
  },
  limit_limit_gtd: {
    required: ['limit_price', 'end_time'],
    optional: ['post_only', 'rfq_disabled'],
    size: 'quote-or-base',
    immediate: false,
  },
  limit_limit_fok: { required: ['limit_price'], optional: ['rfq_disabled'], size: 'quote-or-base', immediate: true },
  twap_limit_gtd: {
    required: ['start_time', 'end_time', 'limit_price'],
    optional: ['number_buckets', 'bucket_size', 'bucket_duration'],
    size: 'quote-or-base',
    immediate: false,
  },
  stop_limit_stop_limit_gtc: { required: STOP_LIMIT, optional: [], size: 'base', immediate: false },
  stop_limit_stop_limit_gtd: { required: [...STOP_LIMIT, 'end_time'], optional: [], size: 'base', immediate: false },
  trigger_bracket_gtc: { required: BRACKET, optional: [], size: 'base', immediate: false },
  trigger_bracket_gtd: { required: [...BRACKET, 'end_time'], optional: [], size: 'base', immediate: false },
  scaled_limit_gtc: {
    required: [],
    optional: ['orders', ...SCALED, 'size_diff', 'size_ratio'],
    size: 'quote-or-base',
    immediate: false,
  },
};

const DECIMAL_FIELDS = [
  'quote_size',
  'base_size',
  'limit_price',
  'stop_price',
  'stop_trigger_price',
  'bucket_size',
  'min_price',
  'max_price',
  'size_diff',
  'size_ratio',
];
const BOOLEAN_FIELDS = ['post_only', 'rfq_disabled'];
const TIME_FIELDS = ['start_time', 'end_time'];
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
const STOP_DIRECTIONS = ['STOP_DIRECTION_STOP_UP', 'STOP_DIRECTION_STOP_DOWN'];

/** The one key of a configuration. */
export function configurationKey(configuration: Record<string, unknown>): string | undefined {
  return Object.keys(configuration)[0];
}

/** True for an order that ends by itself at once (market, IOC, FOK); false for one that may rest at the exchange. */
export function isImmediate(configuration: OrderConfiguration): boolean {
  const key = configurationKey(configuration) ?? '';
  return variantOf(key)?.immediate ?? /_(ioc|fok)$/.test(key);
}

export function checkOrderConfiguration(value: unknown): FieldError[] {
  const field = 'orderConfiguration';
  if (!isRecord(value))
    return [{ field, message: `must be an object with one order configuration, not ${show(value)}` }];
  const keys = Object.keys(value);
  if (keys.length !== 1) {
    const found = keys.length === 0 ? 'none' : `${keys.length}: ${keys.join(', ')}`;
    return [{ field, message: `must have exactly one order configuration, found ${found}` }];
  }
  const key = keys[0] as string;
  const variant = variantOf(key);
  if (variant === undefined) {
    return [{ field: `${field}.${key}`, message: `is not known; one of ${Object.keys(VARIANTS).join(', ')}` }];
  }
  const body = value[key];
  if (!isRecord(body)) return [{ field: `${field}.${key}`, message: `must be an object, not ${show(body)}` }];
  return checkVariant(variant, body).map((error) => ({ ...error, field: `${field}.${key}.${error.field}` }));
}

/** An own property only: `constructor` is a key that any object answers to. */
function variantOf(key: string): Variant | undefined {
  return Object.hasOwn(VARIANTS, key) ? VARIANTS[key] : undefined;
}

function checkVariant(variant: Variant, body: Record<string, unknown>): FieldError[] {
  const errors = checkSize(variant, body);
  for (const name of variant.required) {
    if (body[name] === undefined) errors.push({ field: name, message: 'is required' });
  }
  const known = ['quote_size', 'base_size', ...variant.required, ...variant.optional];
  for (const [name, value] of Object.entries(body)) {
    const message = known.includes(name) ? checkValue(name, value) : `is not a field of it; one of ${known.join(', ')}`;
    if (message !== null) errors.push({ field: name, message });
  }
  return errors;
}

function checkSize(variant: Variant, body: Record<string, unknown>): FieldError[] {
  const hasQuote = body['quote_size'] !== undefined;
  const hasBase = body['base_size'] !== undefined;
  if (variant.size === 'base') {
    if (hasQuote) return [{ field: 'quote_size', message: 'is not allowed here; give base_size' }];
    return hasBase ? [] : [{ field: 'base_size', message: 'is required' }];
  }
  if (hasQuote && hasBase) return [{ field: 'quote_size', message: 'give either quote_size or base_size, not both' }];
  if (!hasQuote && !hasBase && body['orders'] === undefined) {
    return [{ field: 'quote_size', message: 'give quote_size or base_size' }];
  }
  return [];
}

function checkValue(name: string, value: unknown): string | null {
  if (DECIMAL_FIELDS.includes(name)) {
    return isPositiveDecimal(value) ? null : `must be a positive decimal string such as "10.00", not ${show(value)}`;
  }
  if (BOOLEAN_FIELDS.includes(name))
    return typeof value === 'boolean' ? null : `must be true or false, not ${show(value)}`;
  if (TIME_FIELDS.includes(name)) {
    const valid = typeof value === 'string' && RFC3339.test(value) && !Number.isNaN(Date.parse(value));
    return valid ? null : `must be an RFC 3339 time such as "2026-11-23T12:00:00Z", not ${show(value)}`;
  }
  if (name === 'stop_direction') {
    const valid = typeof value === 'string' && STOP_DIRECTIONS.includes(value);
    return valid ? null : `must be ${STOP_DIRECTIONS.join(' or ')}, not ${show(value)}`;
  }
  return textsOf(value).every(isStorableText) ? null : 'must be text without control characters and half surrogates';
}

/** Every text within a value, keys included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
}
