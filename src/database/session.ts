import { isNativeError } from 'node:util/types';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { DatabaseUnavailableError } from '../ports/trade-store-error.ts';
import { certificateFailure } from '../process/tls-failure.ts';

export type Work<T> = (em: EntityManager) => Promise<T>;

/** How every operation reaches the database: with an entity manager of its own, which remembers nothing of another. */
export interface Session {
  read<T>(work: Work<T>): Promise<T>;
  /** For what one statement writes: it needs no `begin` and no `commit`, which cost as much as itself. */
  single<T>(work: Work<T>): Promise<T>;
  /** In one transaction, committed when `work` ends well. */
  transact<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param where - Host and database, for error messages. */
export function createSession(orm: MikroORM, where: string): Session {
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function run<T>(work: Work<T>): Promise<T> {
    // MikroORM would reconnect, and keep the process alive.
    if (closed) throw new DatabaseUnavailableError(`the connection to ${where} is closed`);
    const operation = work(orm.em.fork());
    underWay.add(operation);
    try {
      return await operation;
    } catch (error) {
      throw isConnectionFailure(error) ? unavailable(where, error) : error;
    } finally {
      underWay.delete(operation);
    }
  }

  return {
    read: run,
    single: run,
    transact: (work) => run((em) => em.transactional(work)),
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.allSettled(underWay);
      await orm.close();
    },
  };
}

/** SQLSTATE classes and codes: connection (08), idle in a transaction, login (28), no such database, too many connections, server going down or coming up. */
const UNAVAILABLE_SQLSTATE = /^(08...|25P03|28...|3D000|53300|57P0.)$/;
/** What Node says of sockets and of TLS. */
const UNAVAILABLE_SOCKET =
  /^(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOENT|EACCES|.*CERT.*|UNABLE_TO_\w+|ERR_TLS.*)$/;
/** What `pg` and its pool say without a code. */
const UNAVAILABLE_MESSAGE = /Connection terminated|timeout exceeded when trying to connect|not queryable|SSL|SASL/;

/** Of these, what does not pass by itself. */
const REFUSAL = /^(28...|3D000|.*CERT.*|ERR_TLS.*)$/;

/** PostgreSQL's code for it is that of a table which the role may not read, too. */
const NO_CONNECT = /permission denied for database "?[^"\n]*"?/;

function isConnectionFailure(error: unknown): boolean {
  // Node's own errors are no `instanceof Error` where code runs in another context, as tests do.
  if (!isNativeError(error)) return false;
  if (NO_CONNECT.test(error.message)) return true;
  const code = codeOf(error);
  if (code !== '') return UNAVAILABLE_SQLSTATE.test(code) || UNAVAILABLE_SOCKET.test(code);
  return UNAVAILABLE_MESSAGE.test(error.message);
}

function unavailable(where: string, error: unknown): DatabaseUnavailableError {
  const reason = tlsReason(error) ?? connectReason(error);
  const isRefusal = reason !== null || (isNativeError(error) && REFUSAL.test(codeOf(error)));
  return new DatabaseUnavailableError(`cannot reach ${where}: ${reason ?? reasonOf(error)}`, {
    cause: error,
    isRefusal,
  });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

const REMEDIES = {
  authority: 'sslrootcert=<file> in DATABASE_URL',
  name: 'DATABASE_URL must name the server as that does',
};

function tlsReason(error: unknown): string | null {
  if (!isNativeError(error)) return null;
  const said = `${codeOf(error)} ${error.message}`;
  if (/does not support SSL/.test(said))
    return 'it has no TLS: turn `ssl` on there, or leave sslmode out of DATABASE_URL where the way to it is safe';
  return certificateFailure(said, REMEDIES);
}

function connectReason(error: unknown): string | null {
  const [refusal] = isNativeError(error) ? (NO_CONNECT.exec(error.message) ?? []) : [];
  return refusal === undefined
    ? null
    : `${refusal}: its owner grants that, by \`order-sync migrate --grant-worker <role>\`, or --grant-auditor for an auditor`;
}

/** A host with several addresses fails with one error for each, and no message of its own. */
function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(reasonOf).join('; ');
  const [firstLine = ''] = error.message.split('\n');
  return firstLine;
}
