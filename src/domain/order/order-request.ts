/** The argument of `orderWorkflow`: what a bot asks for, checked field by field. */
import { checkOrderConfiguration, type OrderConfiguration } from './order-configuration.ts';
import { isRecord, isStorableText, show, type FieldError } from '../field-error.ts';
import { isPolicyField, POLICY_BOUNDS, POLICY_FIELDS, withDefaults, type OrderPolicy } from './policy.ts';
import type { Side, Trade } from './trade.ts';

export interface OrderRequest {
  /** Idempotency key: 1..128 of A-Z a-z 0-9 . _ - */
  clientOrderId: string;
  botId: string;
  productId: string;
  side: Side;
  /** Coinbase's `order_configuration`, exactly one key, untouched. */
  orderConfiguration: OrderConfiguration;
  /** Any subset; the rest has its defaults. */
  policy?: Partial<OrderPolicy> | null;
}

/** A whole and valid request, its policy filled in: what is committed before anything is sent. */
export interface OrderIntent extends Omit<OrderRequest, 'policy'> {
  policy: OrderPolicy;
}

/** What a run was started with: the client order id for sure, and of the other fields those that were given. */
export type GivenRequest = Pick<OrderRequest, 'clientOrderId'> &
  Partial<Omit<OrderRequest, 'policy'>> & { policy?: Partial<OrderPolicy> };

export type CheckedRequest =
  | { kind: 'malformed'; errors: FieldError[] }
  /** Nothing given is wrong, but these fields are missing: enough where the row exists already, not to place. */
  | { kind: 'incomplete'; given: GivenRequest; missing: FieldError[] }
  | { kind: 'complete'; given: GivenRequest; intent: OrderIntent };

const FIELDS = ['clientOrderId', 'botId', 'productId', 'side', 'orderConfiguration', 'policy'];
const CLIENT_ORDER_ID = /^[A-Za-z0-9._-]{1,128}$/;

export function isClientOrderId(value: unknown): value is string {
  return typeof value === 'string' && CLIENT_ORDER_ID.test(value);
}

const WORKFLOW_ID_PREFIX = 'order-';

/** The id of the workflow that owns an order. */
export function workflowIdOf(clientOrderId: string): string {
  return `${WORKFLOW_ID_PREFIX}${clientOrderId}`;
}

/** The order that the workflow of this id owns. */
export function clientOrderIdOf(workflowId: string): string {
  return workflowId.slice(WORKFLOW_ID_PREFIX.length);
}

/** Checks whatever was given as a request. Null counts as absent, because other SDKs send it for an unset field. */
export function checkOrderRequest(value: unknown): CheckedRequest {
  if (!isRecord(value)) {
    return { kind: 'malformed', errors: [{ field: 'request', message: `must be an object, not ${show(value)}` }] };
  }
  const given = Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null && field !== undefined));
  const errors = Object.entries(given).flatMap(([name, field]) => checkField(name, field));
  if (given['clientOrderId'] === undefined) errors.unshift({ field: 'clientOrderId', message: 'is required' });

  const request = given as unknown as GivenRequest;
  const missing = ['botId', 'productId', 'side', 'orderConfiguration']
    .filter((name) => given[name] === undefined)
    .map((field) => ({ field, message: 'is required' }));
  // Missing fields are wrong only where there is no row; but who has to mend the others wants to know of all at once.
  if (errors.length > 0) return { kind: 'malformed', errors: [...errors, ...missing] };
  if (missing.length > 0) return { kind: 'incomplete', given: request, missing };
  return {
    kind: 'complete',
    given: request,
    intent: { ...(request as OrderRequest), policy: withDefaults(request.policy) },
  };
}

function checkField(name: string, value: unknown): FieldError[] {
  switch (name) {
    case 'clientOrderId':
      return isClientOrderId(value)
        ? []
        : [{ field: name, message: `must be 1 to 128 of the characters A-Z a-z 0-9 . _ -, not ${show(value)}` }];
    case 'botId':
      return checkText(name, value, 128);
    case 'productId':
      return checkText(name, value, 64);
    case 'side':
      return value === 'BUY' || value === 'SELL'
        ? []
        : [{ field: name, message: `must be BUY or SELL, not ${show(value)}` }];
    case 'orderConfiguration':
      return checkOrderConfiguration(value);
    case 'policy':
      return checkPolicy(value);
    default:
      return [{ field: name, message: `is not a field of an order request; one of ${FIELDS.join(', ')}` }];
  }
}

function checkText(field: string, value: unknown, maxLength: number): FieldError[] {
  const valid = typeof value === 'string' && value.trim() !== '' && value.length <= maxLength && isStorableText(value);
  return valid ? [] : [{ field, message: `must be a string of 1 to ${maxLength} characters, not ${show(value)}` }];
}

function checkPolicy(value: unknown): FieldError[] {
  if (!isRecord(value)) return [{ field: 'policy', message: `must be an object, not ${show(value)}` }];
  return Object.entries(value).flatMap(([name, setting]): FieldError[] => {
    const field = `policy.${name}`;
    if (!isPolicyField(name)) return [{ field, message: `is not a setting; one of ${POLICY_FIELDS.join(', ')}` }];
    const [min, max] = POLICY_BOUNDS[name];
    const valid = typeof setting === 'number' && Number.isInteger(setting) && setting >= min && setting <= max;
    return valid ? [] : [{ field, message: `must be a whole number from ${min} to ${max}, not ${show(setting)}` }];
  });
}

/** The fields of a request that differ from the row that its client order id has already; none, when it is the same order. */
export function conflictsWith(given: GivenRequest, trade: Trade): FieldError[] {
  const row: Record<string, unknown> = { ...trade };
  const asked: Record<string, unknown> = { ...given };
  if (given.policy !== undefined) asked['policy'] = withDefaults(given.policy);
  return FIELDS.filter((field) => asked[field] !== undefined && !sameJson(asked[field], row[field])).map((field) => ({
    field,
    message: `is ${show(asked[field])}, but this clientOrderId has ${show(row[field])} already; use a new clientOrderId`,
  }));
}

/** Equal as JSON values; the order of keys does not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
    );
  }
  return a === b;
}
