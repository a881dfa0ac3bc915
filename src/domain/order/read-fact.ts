/** A fact that came with a signal: anybody can send one, so it is read field by field before it is believed. */
import { isDecimal } from '../decimal.ts';
import { isRecord } from '../field-error.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import type { ObservedFact, UnconfirmedFact } from './fact.ts';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const isTime = (value: unknown): boolean => isText(value) && RFC_3339.test(value) && !Number.isNaN(Date.parse(value));
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);

type Checks<Shape> = { [Field in keyof Shape]-?: (value: unknown) => boolean };

const ORDER: Checks<ExchangeOrder> = {
  orderId: isText,
  clientOrderId: orNull(isText),
  productId: isText,
  side: isText,
  orderConfiguration: orNull(isRecord),
  status: isText,
  filledSize: isDecimal,
  averageFilledPrice: orNull(isDecimal),
  filledValue: orNull(isDecimal),
  totalFees: orNull((value) => isText(value) && /^-?\d+(\.\d+)?$/.test(value)),
  numberOfFills: orNull(Number.isSafeInteger),
  createdTime: orNull(isTime),
  lastFillTime: orNull(isTime),
  lastUpdateTime: (value) => value === undefined || isTime(value),
  pendingCancel: orNull((value) => typeof value === 'boolean'),
  reason: orNull((value) => typeof value === 'string'),
};

const OBSERVED: Checks<ObservedFact> = {
  type: (value) => value === 'observed',
  key: isText,
  at: isTime,
  order: (value) => fits(value, ORDER),
  source: (value) => value === 'look' || value === 'listing' || value === 'push' || value === 'sweep',
  layer: (value) => value === undefined || value === 'monitoring' || value === 'reconciliation',
  // A person asks by a message of another name, which says who sent it.
  requester: (value) => value === undefined,
  evidence: (value) => value === undefined || value === null || isRecord(value),
};

const UNCONFIRMED: Checks<UnconfirmedFact> = {
  type: (value) => value === 'unconfirmed',
  key: isText,
  at: isTime,
  since: isTime,
  lastError: orNull((value) => typeof value === 'string'),
};

/** Null where it is not such a fact. */
export function readObserved(argument: unknown): ObservedFact | null {
  return fits(argument, OBSERVED) ? (argument as unknown as ObservedFact) : null;
}

export function readUnconfirmed(argument: unknown): UnconfirmedFact | null {
  return fits(argument, UNCONFIRMED) ? (argument as unknown as UnconfirmedFact) : null;
}

function fits(value: unknown, checks: Record<string, (value: unknown) => boolean>): value is Record<string, unknown> {
  return isRecord(value) && Object.entries(checks).every(([field, check]) => check(value[field]));
}
