/** One signed request and its whole answer. No retries: whether to ask again is for the engine to decide. */
import { isRecord } from '../../domain/field-error.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import type { HttpResponse } from './responses.ts';
import type { Signer } from '../auth/jwt.ts';
import type { RequestBudget } from '../budget/request-budget.ts';
import type { RequestSlot } from '../budget/request-slots.ts';

/** A page of 1000 orders has about 3 MB. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export interface HttpRequest {
  method: 'GET' | 'POST';
  path: string;
  query?: URLSearchParams;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent without a token. Default false. */
  isPublic?: boolean;
  /** For everything from the connection to the last byte of the answer. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** The request is sent before this time of `performance.now()`, or not at all. */
  sendBefore?: number;
}

export interface HttpDependencies {
  restUrl: string;
  sign: Signer;
  budget: RequestBudget;
  /** Called for every request that goes out. */
  onRequest?: () => void;
}

/**
 * Sends one request in its slot of the budget. Throws the signal's reason when it aborts, ExchangeError `not-sent` when
 * a request with a `sendBefore` did not go out, and `unavailable` when no whole answer comes; an answer with any status
 * is returned.
 */
export async function send(
  dependencies: HttpDependencies,
  request: HttpRequest,
  slot: RequestSlot,
): Promise<HttpResponse> {
  const { restUrl, sign, budget } = dependencies;
  const { method, path, timeoutMs, signal } = request;
  const requestLine = `${method} ${path}`;
  const url = new URL(path, restUrl);
  const uri = `${method} ${url.host}${url.pathname}`;
  url.search = request.query?.toString() ?? '';

  const stop = new AbortController();
  const onAbort = () => stop.abort();
  const timer = setTimeout(onAbort, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const common = { accept: 'application/json', 'user-agent': 'order-sync' };
    const headers = request.isPublic ? common : { ...common, authorization: `Bearer ${await sign(uri)}` };
    const body = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const typed = request.body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    // Nothing may wait between here and the request: what is checked must still hold when it goes out.
    assertMaySend(request, requestLine);
    slot.markSent();
    dependencies.onRequest?.();
    // A redirect is not followed: the token is for this host alone.
    const response = await fetch(url, { method, headers: typed, ...body, redirect: 'manual', signal: stop.signal });
    slot.markAnswered();
    if (response.status === 429) budget.backOff(resetMs(response.headers));
    else budget.resetBackOff();
    return { request: requestLine, status: response.status, text: await readBody(response, requestLine) };
  } catch (error) {
    if (error instanceof ExchangeError) throw error;
    signal?.throwIfAborted();
    const why = stop.signal.aborted ? `within ${timeoutMs} ms` : `(${reasonOf(error)})`;
    // Without its cause: that one may hold the request, and with it the token.
    throw new ExchangeError('unavailable', `${requestLine}: no whole answer ${why}`);
  } finally {
    slot.release();
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function assertMaySend({ signal, sendBefore }: HttpRequest, requestLine: string): void {
  if (sendBefore === undefined) return signal?.throwIfAborted();
  if (signal?.aborted === true)
    throw new ExchangeError('not-sent', `${requestLine}: not sent, because it was cancelled`);
  if (performance.now() >= sendBefore)
    throw new ExchangeError('not-sent', `${requestLine}: not sent, because it was too late`);
}

async function readBody(response: Response, requestLine: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new ExchangeError(
        'malformed-answer',
        `${requestLine}: the answer is longer than ${MAX_ANSWER_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** In seconds, by the names in coinbase-advanced-py and JKorf/Coinbase.Net; Coinbase's pages don't describe it. */
function resetMs(headers: Headers): number | null {
  const seconds = Number(headers.get('x-ratelimit-reset') ?? 'none');
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** `ECONNREFUSED` says more than fetch's own "fetch failed". */
function reasonOf(error: unknown): string {
  const cause = isRecord(error) ? error['cause'] : null;
  return isRecord(cause) && typeof cause['code'] === 'string' ? cause['code'] : 'the connection failed';
}
