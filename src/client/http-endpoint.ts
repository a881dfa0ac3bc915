/** A request to the engine's HTTP interface: what it answers, or one of the client's errors. */
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

export interface PostRequest extends Pick<HttpRequest, 'path' | 'list'> {
  /** Sent as JSON. */
  body: object;
}

export interface StreamRequest extends Pick<HttpRequest, 'path' | 'query'> {
  /** The id of the event that was seen last. */
  lastEventId: string | null;
}

export interface HttpEndpoint {
  /** As error messages name it. */
  name: string;
  get(request: HttpRequest, signal: AbortSignal): Promise<Answer>;
  post(request: PostRequest, signal: AbortSignal): Promise<Answer>;
  /** The beginning of a stream of events; what breaks it off later rejects its reader. */
  open(request: StreamRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const JSON_ANSWER = { accept: 'application/json' };
const STREAM_TYPE = 'text/event-stream';
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
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const name = `order-sync at ${base.href}`;

  return {
    name,
    get: (request, signal) =>
      answered(request, signal, () => ask(addressOf(base, request), { headers: JSON_ANSWER, signal })),

    post({ body, ...request }, signal) {
      const address = addressOf(base, { ...request, query: {} });
      const headers = { ...JSON_ANSWER, 'content-type': 'application/json' };
      const send = () => ask(address, { method: 'POST', body: JSON.stringify(body), headers, signal });
      return answered({ ...request, orderId: '' }, signal, send);
    },

    async open({ lastEventId, ...request }, signal) {
      const address = addressOf(base, request);
      const headers = { accept: STREAM_TYPE, ...(lastEventId !== null && { 'last-event-id': lastEventId }) };
      const response = await reached(() => ask(address, { headers, signal }), signal);
      if (!response.ok) {
        const body = parsed(await reached(() => response.text(), signal));
        throw errorOf(response.status, body, { name, orderId: '' });
      }
      if (response.body !== null && response.headers.get('content-type')?.startsWith(STREAM_TYPE)) return response.body;
      await response.body?.cancel();
      throw notOurs();
    },
  };

  /** A redirection would carry the token elsewhere. */
  function ask(address: URL, request: RequestInit & { headers: Record<string, string> }): Promise<Response> {
    return fetch(address, { ...request, headers: { ...request.headers, ...authorization }, redirect: 'manual' });
  }

  async function answered(
    { list, orderId }: Pick<HttpRequest, 'list' | 'orderId'>,
    signal: AbortSignal,
    send: () => Promise<Response>,
  ): Promise<Answer> {
    const { response, body } = await reached(async () => {
      const response = await send();
      return { response, body: parsed(await response.text()) };
    }, signal);
    if (!response.ok) throw errorOf(response.status, body, { name, orderId });
    if (isRecord(body) && Array.isArray(body[list])) return body;
    throw notOurs();
  }

  async function reached<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    try {
      return await work();
    } catch {
      signal.throwIfAborted();
      throw new HttpUnavailableError(`${name} cannot be reached: check the address and that the engine runs`);
    }
  }

  function notOurs(): HttpRefusedError {
    return new HttpRefusedError(`${name} is not order-sync's HTTP interface, or of another version: check the address`);
  }
}

function addressOf(base: URL, { path, query }: Pick<HttpRequest, 'path' | 'query'>): URL {
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
