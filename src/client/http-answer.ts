/** What the engine's HTTP interface answers: rows, or a problem, which is one of the client's errors. */
import { isRecord, type FieldError } from '../domain/field-error.ts';
import { camelKeys, camelName } from '../domain/names.ts';
import {
  HttpRefusedError,
  HttpUnavailableError,
  InvalidQueryError,
  OrderNotFoundError,
  type OrderSyncError,
} from './errors.ts';

export type Answer = Record<string, unknown>;

/** Details are taken only from our own problems: another server might repeat the request, and the token with it. */
const PROBLEM = 'urn:order-sync:problem:';

/** A member of an answer that is an array of objects, under the names that the client uses. */
export function rowsOf<Row>(list: unknown): Row[] {
  return (list as object[]).map((row) => camelKeys<Row>(row));
}

/** Null where it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function errorOf(
  status: number,
  body: unknown,
  { name, orderId }: { name: string; orderId: string },
): OrderSyncError {
  const { kind, detail, errors } = problemOf(status, body);
  if (kind === 'unknown-order') return new OrderNotFoundError(orderId);
  if (kind === 'invalid-request') return new InvalidQueryError(errors);
  if (status === 401)
    return new HttpRefusedError(`${name} refuses the caller: ${detail} (ORDER_SYNC_HTTP_TOKEN of the engine)`);
  if (status === 429 || status >= 500) return new HttpUnavailableError(`${name} cannot answer now: ${detail}`);
  return new HttpRefusedError(`${name} refuses the request: ${detail}`);
}

function problemOf(status: number, body: unknown): { kind: string; detail: string; errors: FieldError[] } {
  const { type, detail, errors } = isRecord(body) ? body : {};
  if (typeof type !== 'string' || !type.startsWith(PROBLEM)) {
    return { kind: '', detail: `status ${status}`, errors: [] };
  }
  const text = String(detail);
  const fields = Array.isArray(errors) ? errors.filter(isRecord) : [{ field: 'query', message: text }];
  return {
    kind: type.slice(PROBLEM.length),
    detail: text,
    errors: fields.map(({ field, message }) => ({ field: camelName(String(field)), message: String(message) })),
  };
}
