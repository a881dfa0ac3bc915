/** Translates the body of `POST /api/v1/orders` into the field names of `checkOrderRequest`, and its errors back. */
import { isRecord, show, type FieldError } from '../domain/field-error.ts';
import { checkOrderRequest, type OrderRequest } from '../domain/order/order-request.ts';
import { POLICY_FIELDS } from '../domain/order/policy.ts';
import { snakeName } from '../domain/names.ts';
import { invalidRequest } from './problem.ts';

const REQUEST_FIELDS = ['clientOrderId', 'botId', 'productId', 'side', 'orderConfiguration', 'policy'] as const;
const INNER_NAME = new RegExp(`\\b(${[...REQUEST_FIELDS, ...POLICY_FIELDS].join('|')})\\b`, 'g');

/** Throws the problem `invalid-request`, which names every wrong field. */
export function readOrderRequest(body: unknown): OrderRequest {
  if (!isRecord(body)) throw invalidRequest([{ field: 'body', message: `must be an object, not ${show(body)}` }]);
  const { policy } = body;
  const request = withInnerNames(body, REQUEST_FIELDS);
  if (isRecord(policy)) request['policy'] = withInnerNames(policy, POLICY_FIELDS);
  const unknownFields = [
    ...unknownNames(body, REQUEST_FIELDS, ''),
    ...(isRecord(policy) ? unknownNames(policy, POLICY_FIELDS, 'policy.') : []),
  ];
  const checked = checkOrderRequest(request);
  switch (checked.kind) {
    case 'malformed':
      throw invalidRequest([...unknownFields, ...checked.errors.map(withSnakeNames)]);
    case 'incomplete':
      throw invalidRequest([...unknownFields, ...checked.missing.map(withSnakeNames)]);
    case 'complete':
      if (unknownFields.length > 0) throw invalidRequest(unknownFields);
      return request as unknown as OrderRequest;
  }
}

/** An error of the engine's with the names that the caller knows. */
export function withSnakeNames({ field, message }: FieldError): FieldError {
  const translate = (text: string) => text.replace(INNER_NAME, (name) => snakeName(name));
  return { field: translate(field), message: translate(message) };
}

function withInnerNames(body: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const known = fields.filter((field) => Object.hasOwn(body, snakeName(field)));
  return Object.fromEntries(known.map((field) => [field, body[snakeName(field)]]));
}

function unknownNames(body: Record<string, unknown>, fields: readonly string[], prefix: string): FieldError[] {
  const names = fields.map(snakeName);
  return Object.keys(body)
    .filter((name) => !names.includes(name))
    .map((name) => ({ field: `${prefix}${name}`, message: `is not a field here; use one of ${names.join(', ')}` }));
}
