import type { EventEmitter } from 'node:events';

/** The parts of `pg`'s client that are used here; the package brings no types. */
interface PooledClient extends EventEmitter {
  /** Gives it back to the pool, which throws it away when it is told that it is broken. */
  release(isBroken: boolean): void;
}

/** Time for whoever holds a connection to give it back in the ordinary way, because it must be given back but once. */
const GRACE_MS = 100;

/**
 * Gives connections back that were lost in the middle of a transaction. Kysely, below MikroORM, keeps them when the
 * ROLLBACK fails too (kysely-org/kysely#1990), so that after a restart of PostgreSQL the pool stays full of dead
 * connections and every later operation waits in vain.
 */
export function reclaimDeadConnections(pool: EventEmitter): void {
  const inUse = new Set<PooledClient>();
  pool.on('acquire', (client: PooledClient) => inUse.add(client));
  pool.on('release', (_error: unknown, client: PooledClient) => inUse.delete(client));
  pool.on('connect', (client: PooledClient) => {
    client.once('end', () => {
      setTimeout(() => {
        if (inUse.has(client)) client.release(true);
      }, GRACE_MS);
    });
  });
}
