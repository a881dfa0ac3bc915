/**
 * What an HTTP answer means: its JSON, or the one kind of error that it stands for. Whatever stands between us and
 * Coinbase answers too (429 and 403 pages in HTML, "N/A", "go/sg/<uuid>"), and what it says is nothing about an order.
 */
import { isRecord } from '../../domain/field-error.ts';
import { ExchangeError, type ExchangeErrorKind } from '../../ports/exchange.ts';
import { JsonObject, malformed } from './json-object.ts';

export interface Answer {
  /** Method and path, for messages. */
  asked: string;
  status: number;
  text: string;
}

/** The JSON object of a good answer. Throws ExchangeError of any kind but `not-sent` and `unknown-outcome`. */
export function readAnswer(answer: Answer): JsonObject {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer);
  const json = parseJson(answer.text);
  if (json === undefined) throw malformed(answer.asked, `HTTP ${answer.status} ${excerpt(answer.text)}`);
  return new JsonObject(json, answer.asked);
}

/**
 * The same failure when it befell a POST that places an order. Known for sure is only what Coinbase itself refused in so
 * many words; after anything else the order may exist.
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

function failureOf({ asked, status, text }: Answer): ExchangeError {
  const code = errorCode(text);
  const message = `${asked}: HTTP ${status} ${excerpt(text)}`;
  return new ExchangeError(failureKind(status, code, text), message, { code, httpStatus: status });
}

function failureKind(status: number, code: string | null, text: string): ExchangeErrorKind {
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

/** The first 200 characters on one line; a token that a talkative proxy gives back is taken out. */
function excerpt(text: string): string {
  if (text.trim() === '') return '(empty body)';
  const line = text.replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]').replaceAll(/[\s\p{Cc}]+/gu, ' ');
  return line.trim().slice(0, 200);
}
