/**
 * What an HTTP answer means: its JSON, or the one kind of error that it stands for. Whatever stands between us and
 * Coinbase answers too (429 and 403 pages in HTML, "N/A", "go/sg/<uuid>"), and what it says is nothing about an order.
 */
import { isRecord } from '../../domain/field-error.ts';
import { ExchangeError, type ExchangeErrorKind } from '../../ports/exchange.ts';
import { JsonObject, malformed } from './json-object.ts';

export interface HttpResponse {
  /** Method and path, for messages. */
  request: string;
  status: number;
  text: string;
}

/** The JSON object of a good response. Throws ExchangeError of any kind but `not-sent` and `unknown-outcome`. */
export function parseResponse(response: HttpResponse): JsonObject {
  if (response.status < 200 || response.status > 299) throw errorOf(response);
  const json = parseJson(response.text);
  if (json === undefined) throw malformed(response.request, `HTTP ${response.status} ${excerpt(response.text)}`);
  return new JsonObject(json, response.request);
}

/**
 * What a failure means for a POST that places an order: only an explicit refusal by Coinbase itself, or a request that
 * was not sent, proves that there is no order.
 */
export function placementFailure(error: ExchangeError): ExchangeError {
  const kind = placementKind(error);
  const isUnauthorized = kind === 'unauthorised' && error.httpStatus === 401;
  return new ExchangeError(kind, error.message, isUnauthorized ? { code: 'UNAUTHORIZED', httpStatus: 401 } : error);
}

function placementKind({ kind, httpStatus, code }: ExchangeError): ExchangeErrorKind {
  switch (kind) {
    case 'refused':
    case 'not-found':
      return 'refused';
    case 'unauthorised':
      return httpStatus === 401 || code !== null ? 'unauthorised' : 'unknown-outcome';
    case 'not-sent':
      return 'not-sent';
    case 'unknown-outcome':
    case 'rate-limited':
    case 'unavailable':
    case 'malformed-answer':
      return 'unknown-outcome';
  }
}

function errorOf({ request, status, text }: HttpResponse): ExchangeError {
  const code = errorCode(text);
  const message = `${request}: HTTP ${status} ${excerpt(text)}`;
  return new ExchangeError(errorKind(status, code, text), message, { code, httpStatus: status });
}

function errorKind(status: number, code: string | null, text: string): ExchangeErrorKind {
  if (status === 429) return 'rate-limited';
  if (isHtml(text)) return 'unavailable';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404 && code !== null) return 'not-found';
  if (status === 400 && code !== null) return 'refused';
  return 'unavailable';
}

/** The code of an error in one of Coinbase's two JSON shapes; null for anybody else's body. */
function errorCode(text: string): string | null {
  const json = parseJson(text);
  if (!isRecord(json)) return null;
  if (typeof json['error'] === 'string' && json['error'] !== '') return json['error'];
  const first: unknown = Array.isArray(json['errors']) ? json['errors'][0] : null;
  return isRecord(first) && typeof first['id'] === 'string' ? first['id'] : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHtml(text: string): boolean {
  return text.trimStart().startsWith('<');
}

/** The first 200 characters on one line; a token that a proxy echoes is taken out. */
function excerpt(text: string): string {
  if (text.trim() === '') return '(empty body)';
  const line = text.replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]').replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.trim().slice(0, 200);
}
