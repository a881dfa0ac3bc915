/** What a caller may do, and which of it an operation needs. */
import type { FastifyRequest } from 'fastify';
import type { Role } from '../../process/access-tokens.ts';
import { HttpProblem } from '../problem.ts';

export interface HttpCaller {
  /** Of the token; null where there is one for all, or none is needed. */
  tokenName: string | null;
  roles: readonly Role[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a public path, where nobody has to say who it is. */
    caller: HttpCaller | null;
  }
}

/** As OpenAPI 3.1 has it: any of these entries is enough, each naming a role of the bearer. Part of a route's schema. */
export function needs(...anyOf: readonly Role[]): { security: { token: Role[] }[] } {
  return { security: anyOf.map((role) => ({ token: [role] })) };
}

/** The roles of which a route needs one; none where it is public. */
export function rolesOf(schema: { security?: unknown } | undefined): Role[] {
  const { security = [] } = (schema ?? {}) as { security?: { token: Role[] }[] };
  return security.flatMap(({ token }) => token);
}

/** Why the caller may not do what it asks; null if it may. */
export function roleRefusal({ routeOptions, caller }: FastifyRequest): HttpProblem | null {
  const needed = rolesOf(routeOptions.schema);
  if (needed.length === 0 || caller === null || needed.some((role) => caller.roles.includes(role))) return null;
  const [who, has] = [caller.tokenName ?? '', caller.roles.join(', ')];
  return new HttpProblem('role-missing', `this needs the role ${needed.join(' or ')}; the token ${who} has ${has}`);
}

/** The sender's name in Temporal's history and in the order's events. */
export function identityOf({ caller }: Pick<FastifyRequest, 'caller'>): string {
  const tokenName = caller?.tokenName ?? null;
  return tokenName === null ? 'http' : `http:${tokenName}`;
}
