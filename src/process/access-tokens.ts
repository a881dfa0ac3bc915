/** The tokens of the HTTP interface that have names and roles, as `ORDER_SYNC_HTTP_TOKENS_FILE` has them: a line for each. */
import { createHash, randomBytes } from 'node:crypto';

/**
 * `read`: see orders, events, issues. `place`: place orders, and sync or cancel one. `operate`: everything that an
 * operator does: sync, cancel, resolve, one or many, halt and resume. Whoever may do anything may read.
 */
export const ROLES = ['read', 'place', 'operate'] as const;
export type Role = (typeof ROLES)[number];

export interface NamedToken {
  tokenName: string;
  roles: readonly Role[];
  hash: Buffer;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const HASH = /^sha256:([0-9a-f]{64})$/;
const FORM = '<name> <role>[,<role>] sha256:<64 hex digits>';

/** Throws an Error that names the first wrong line and the remedy. Blank lines and those that begin with # say nothing. */
export function readTokenLines(text: string): NamedToken[] {
  const tokens: NamedToken[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const token = readLine(line, (reason) => new Error(`line ${index + 1} ${reason}`));
    const duplicate = tokens.find(({ tokenName, hash }) => tokenName === token.tokenName || hash.equals(token.hash));
    if (duplicate !== undefined) {
      throw new Error(
        `line ${index + 1} has the name or the hash of ${duplicate.tokenName} again: remove one of the two`,
      );
    }
    tokens.push(token);
  }
  if (tokens.length === 0) throw new Error('names no token: add a line, which `order-sync token` makes');
  return tokens;
}

function readLine(line: string, wrong: (reason: string) => Error): NamedToken {
  const [tokenName = '', roles = '', hash = '', ...more] = line.trim().split(/\s+/);
  const digest = HASH.exec(hash)?.[1];
  if (!NAME.test(tokenName)) throw wrong(`has no valid name: use 1 to 64 of A-Z a-z 0-9 . _ -, as in "${FORM}"`);
  const known = roles.split(',').map((role) => ROLES.find((one) => one === role));
  if (known.includes(undefined)) {
    throw wrong(
      `gives ${tokenName} the roles ${JSON.stringify(roles)}: use one or more of ${ROLES.join(', ')}, with commas`,
    );
  }
  // The rest of the line is not shown: somebody may have put the token itself there.
  if (digest === undefined || more.length > 0) {
    throw wrong(`does not end in the hash of a token: it must be "${FORM}"; \`order-sync token\` makes one`);
  }
  const given = known.filter((role) => role !== undefined);
  return { tokenName, roles: withRead(given), hash: Buffer.from(digest, 'hex') };
}

function withRead(given: readonly Role[]): Role[] {
  return ROLES.filter((role) => role === 'read' || given.includes(role));
}

export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** A token of 256 random bits, which needs no slow hash, and the line that lets its bearer in. */
export function makeToken(tokenName: string, roles: readonly Role[]): { token: string; line: string } {
  const token = `order-sync-${randomBytes(32).toString('base64url')}`;
  const line = `${tokenName} ${roles.join(',')} sha256:${hashOfToken(token).toString('hex')}`;
  readTokenLines(line);
  return { token, line };
}
