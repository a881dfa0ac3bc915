/** One GET of the engine's HTTP interface: the answer's JSON, or one of the client's errors. */
import { isRecord, type FieldError } from '../domain/field-error.ts';
import { camelName } from '../domain/names.ts';
import {
  HttpRefusedError,
  HttpUnavailableError,
  InvalidQueryError,
  OrderNotFoundError,
  type OrderSyncError,
} from './errors.ts';

export type Answer = Record<string, unknown>;

export interface HttpRequest {
  /** Below `/api/v1/`, encoded. */
  path: string;
  query: Record<string, string | number | undefined>;
  /** A member of the answer that is an array. */
  list: string;
  /** What OrderNotFoundError names. */
  orderId: string;
}

export interface HttpEndpoint {
  /** As error messages name it. */
  name: string;
  get(request: HttpRequest, signal: AbortSignal): Promise<Answer>;
}

/** Details are taken only from our own problems: another server might repeat the request, and the token with it. */
const PROBLEM = 'urn:order-sync:problem:';

/** Throws TypeError; the URL may hold a password, so that neither is repeated. */
export function httpEndpoint({ url, token }: { url: string; token?: string | undefined }): HttpEndpoint {
  const base = URL.canParse(url) ? new URL(url.endsWith('/') ? url : `${url}/`) : null;
  if (
    base === null ||
    !/^https?:$/.test(base.protocol) ||
    base.username + base.password + base.search + base.hash !== ''
  )
    throw new TypeError('url must be scheme, host and port of the HTTP interface, such as http://127.0.0.1:8080');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token))
    throw new TypeError('token must be a string of printable ASCII characters without spaces');
  const headers = { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const name = `order-sync at ${base.href}`;

  return {
    name,
    async get(request, signal) {
      const address = addressOf(base, request);
      let response: Response;
      let body: unknown;
      try {
        // A redirection would carry the token elsewhere.
        response = await fetch(address, { headers, signal, redirect: 'manual' });
        body = parsed(await response.text());
      } catch {
        signal.throwIfAborted();
        throw new HttpUnavailableError(`${name} cannot be reached: check the address and that the engine runs`);
      }
      if (!response.ok) throw errorOf(response.status, body, { name, orderId: request.orderId });
      if (isRecord(body) && Array.isArray(body[request.list])) return body;
      throw new HttpRefusedError(
        `${name} is not order-sync's HTTP interface, or of another version: check the address`,
      );
    },
  };
}

function addressOf(base: URL, { path, query }: HttpRequest): URL {
  const address = new URL(`api/v1/${path}`, base);
  for (const [field, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(field, String(value));
  }
  return address;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function errorOf(status: number, body: unknown, { name, orderId }: { name: string; orderId: string }): OrderSyncError {
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
