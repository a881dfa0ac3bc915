/** Who may ask. With a token, its bearer; without one, whoever is on this machine, but for pages in its browser. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback, whyForeign } from '../process/loopback.ts';
import { ASSET_PATHS } from './page/assets.ts';
import { HttpProblem } from './problem.ts';

/** They reveal nothing of any order, and need no token. */
const PUBLIC_PATHS = ['/', ...ASSET_PATHS, '/healthz', '/readyz', '/metrics', '/openapi.json'];

const REALM = 'Bearer realm="order-sync"';

export interface Verdict {
  /** Whether the caller has shown who it is; on a public path nobody has to. */
  isKnown: boolean;
  /** Why the request is not answered; null if it is. */
  refusal: HttpProblem | null;
}

export type Guard = (request: FastifyRequest) => Verdict;

/** Null, or why the caller may not ask. */
type Rule = (request: FastifyRequest) => HttpProblem | null;

/** Throws an Error where a token is needed and missing. */
export function createGuard(host: string, token: string | null): Guard {
  if (token === '' || (token === null && !isLoopback(host))) {
    throw new Error(`ORDER_SYNC_HTTP_TOKEN is required to listen on ${host}; set one, or listen on 127.0.0.1`);
  }
  const rule = token === null ? mustBeLocal : mustBearToken(token);
  return (request) => {
    const refusal = rule(request);
    return { isKnown: refusal === null, refusal: PUBLIC_PATHS.includes(pathOf(request)) ? null : refusal };
  };
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function mustBearToken(token: string): Rule {
  const expected = digest(token);
  return ({ headers }) => {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1];
    if (given === undefined) return unauthorized('send the header authorization: Bearer <token>', REALM);
    // The digests are of one length, and the time of their comparison tells nothing.
    if (timingSafeEqual(digest(given), expected)) return null;
    return unauthorized('the token is wrong', `${REALM}, error="invalid_token"`);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function unauthorized(detail: string, challenge: string): HttpProblem {
  return new HttpProblem('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}

/** A web page can have the browser on this machine ask us. */
function mustBeLocal({ headers, method }: FastifyRequest): HttpProblem | null {
  const reason = whyForeign(method, headers);
  return reason === null ? null : new HttpProblem('foreign-request', reason);
}
