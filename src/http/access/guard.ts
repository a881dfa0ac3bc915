/** Who may ask: the bearer of a token or, without tokens, any program on this machine, except web pages in its browser. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { hashOfToken, ROLES } from '../../process/access-tokens.ts';
import { isLoopback, whyForeign } from '../../process/loopback.ts';
import { ASSET_PATHS } from '../page/assets.ts';
import { HttpProblem } from '../problem.ts';
import type { HttpCaller } from './roles.ts';
import type { TokenFile } from './token-file.ts';

/** They reveal nothing of any order, and need no token. */
export const PUBLIC_PATHS: readonly string[] = [
  '/',
  ...ASSET_PATHS,
  '/healthz',
  '/readyz',
  '/metrics',
  '/openapi.json',
];

const REALM = 'Bearer realm="order-sync"';

export interface Verdict {
  /** Null where the caller has not shown who it is; on a public path nobody has to. */
  caller: HttpCaller | null;
  /** Why the request is not answered; null if it is. */
  refusal: HttpProblem | null;
}

export type Guard = (request: FastifyRequest) => Verdict;

/** Whether a page of Temporal's UI asks, and may. */
export type IsOfUi = (request: FastifyRequest) => boolean;

/** Who it is, or why the caller may not ask. */
type Rule = (request: FastifyRequest) => HttpCaller | HttpProblem;

export interface Tokens {
  /** The one for all, which may do everything. */
  shared: string | null;
  /** Those with names and roles. */
  named: Pick<TokenFile, 'find'> | null;
}

/** Whoever has the one token for all, or needs none. */
const UNRESTRICTED: HttpCaller = { tokenName: null, roles: ROLES };

/** Throws an Error where a token is needed and missing. */
export function createGuard(host: string, tokens: Tokens, isOfUi: IsOfUi): Guard {
  const isOpen = tokens.shared === null && tokens.named === null;
  if (tokens.shared === '' || (isOpen && !isLoopback(host))) {
    throw new Error(`ORDER_SYNC_HTTP_TOKEN is required to listen on ${host}; set one, or listen on 127.0.0.1`);
  }
  const rule = isOpen ? mustBeLocal(isOfUi) : mustBearToken(tokens);
  return (request) => {
    const found = rule(request);
    if (!(found instanceof HttpProblem)) return { caller: found, refusal: null };
    return { caller: null, refusal: PUBLIC_PATHS.includes(pathOf(request)) ? null : found };
  };
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '';
}

function mustBearToken({ shared, named }: Tokens): Rule {
  const expected = shared === null ? null : hashOfToken(shared);
  return ({ headers }) => {
    const given = /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1];
    if (given === undefined) return unauthorized('send the header authorization: Bearer <token>', REALM);
    // The hashes are of one length, and the time of their comparison reveals nothing.
    if (expected !== null && timingSafeEqual(hashOfToken(given), expected)) return UNRESTRICTED;
    return named?.find(given) ?? unauthorized('the token is wrong', `${REALM}, error="invalid_token"`);
  };
}

function unauthorized(detail: string, challenge: string): HttpProblem {
  return new HttpProblem('unauthorized', detail, { headers: { 'www-authenticate': challenge } });
}

/** A web page can have the browser on this machine ask us. */
function mustBeLocal(isOfUi: IsOfUi): Rule {
  return (request) => {
    const reason = whyForeign(request.method, request.headers, isOfUi(request));
    return reason === null ? UNRESTRICTED : new HttpProblem('foreign-request', reason);
  };
}
