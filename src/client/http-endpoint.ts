/** A request to the engine's HTTP interface: what it answers, or one of the client's errors. */
import { isRecord } from '../domain/field-error.ts';
import { HttpRefusedError, HttpUnavailableError } from './errors.ts';
import { errorOf, parsed, type Answer } from './http-answer.ts';
import { withRetries, type CallOptions } from './retry.ts';

export interface HttpRequest {
  /** Below `/api/v1/`, encoded. */
  path: string;
  query: Record<string, string | number | undefined>;
  /** A member of the answer that is an array, by which it is recognised as the engine's. */
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
  /** Repeated after errors that can pass, as `post` is. */
  get(request: HttpRequest, options: CallOptions): Promise<Answer>;
  post(request: PostRequest, options: CallOptions): Promise<Answer>;
  /** The beginning of a stream of events; what breaks it off later rejects its reader. */
  open(request: StreamRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

const JSON_ANSWER = { accept: 'application/json' };
const STREAM_TYPE = 'text/event-stream';

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
  /** As error messages name it. */
  const name = `order-sync at ${base.href}`;

  return {
    get: (request, options) =>
      answered(request, options, (signal) => ask(addressOf(base, request), { headers: JSON_ANSWER, signal })),

    post({ body, ...request }, options) {
      const address = addressOf(base, { ...request, query: {} });
      const headers = { ...JSON_ANSWER, 'content-type': 'application/json' };
      return answered({ ...request, orderId: '' }, options, (signal) =>
        ask(address, { method: 'POST', body: JSON.stringify(body), headers, signal }),
      );
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

  function answered(
    { list, orderId }: Pick<HttpRequest, 'list' | 'orderId'>,
    options: CallOptions,
    send: (signal: AbortSignal) => Promise<Response>,
  ): Promise<Answer> {
    const attempt = async (signal: AbortSignal): Promise<Answer> => {
      const { response, body } = await reached(async () => {
        const response = await send(signal);
        return { response, body: parsed(await response.text()) };
      }, signal);
      if (!response.ok) throw errorOf(response.status, body, { name, orderId });
      if (isRecord(body) && Array.isArray(body[list])) return body;
      throw notOurs();
    };
    const late = (timeoutMs: number) => new HttpUnavailableError(`${name} did not answer in ${timeoutMs} ms`);
    return withRetries(options, attempt, late);
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
