/**
 * Coinbase's `order_configuration`: an object with exactly one key, the kind of order. It is stored and sent untouched;
 * only its shape is checked here, because prices, precisions and balances are the exchange's to judge.
 */
import { isPositiveDecimal } from '../decimal-format.ts';
import { isRecord, isStorableText, show, type FieldError } from '../field-error.ts';
import { fieldType, IMMEDIATE_KIND, ORDER_KINDS, orderKind, STOP_DIRECTIONS, type OrderKind } from './order-kinds.ts';

export type OrderConfiguration = Record<string, Record<string, unknown>>;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** The one key of a configuration. */
export function configurationKey(configuration: Record<string, unknown>): string | undefined {
  return Object.keys(configuration)[0];
}

/** True for an order that ends by itself at once (market, IOC, FOK); false for one that may rest at the exchange. */
export function isImmediate(configuration: OrderConfiguration): boolean {
  return IMMEDIATE_KIND.test(configurationKey(configuration) ?? '');
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
  const kind = orderKind(key);
  if (kind === undefined) {
    return [{ field: `${field}.${key}`, message: `is not known; use one of ${Object.keys(ORDER_KINDS).join(', ')}` }];
  }
  const body = value[key];
  if (!isRecord(body)) return [{ field: `${field}.${key}`, message: `must be an object, not ${show(body)}` }];
  return checkBody(kind, body).map((error) => ({ ...error, field: `${field}.${key}.${error.field}` }));
}

function checkBody(kind: OrderKind, body: Record<string, unknown>): FieldError[] {
  const errors = checkSize(kind, body);
  for (const name of kind.required) {
    if (body[name] === undefined) errors.push({ field: name, message: 'is required' });
  }
  const known: string[] = ['quote_size', 'base_size', ...kind.required, ...kind.optional];
  for (const [name, value] of Object.entries(body)) {
    const message = known.includes(name) ? checkValue(name, value) : `is not a field of it; one of ${known.join(', ')}`;
    if (message !== null) errors.push({ field: name, message });
  }
  return errors;
}

function checkSize(kind: OrderKind, body: Record<string, unknown>): FieldError[] {
  const hasQuote = body['quote_size'] !== undefined;
  const hasBase = body['base_size'] !== undefined;
  if (kind.size === 'base') {
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
  switch (fieldType(name)) {
    case 'decimal':
      return isPositiveDecimal(value) ? null : `must be a positive decimal string such as "10.00", not ${show(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? null : `must be true or false, not ${show(value)}`;
    case 'time': {
      const isTime = typeof value === 'string' && RFC3339.test(value) && !Number.isNaN(Date.parse(value));
      return isTime ? null : `must be an RFC 3339 time such as "2026-11-23T12:00:00Z", not ${show(value)}`;
    }
    case 'stop-direction':
      return STOP_DIRECTIONS.some((direction) => direction === value)
        ? null
        : `must be ${STOP_DIRECTIONS.join(' or ')}, not ${show(value)}`;
    case 'unchecked':
      return stringsOf(value).every(isStorableText)
        ? null
        : 'must not contain control characters or unpaired surrogates';
  }
}

/** Every string within a value, keys included. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsOf(inner)]);
}
