import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** The parts of `pg`'s client that are used here; the package brings no types. */
interface PooledClient extends EventEmitter {
  /** Returns it to the pool, which discards it when `isBroken`. */
  release(isBroken: boolean): void;
  connection: { stream: Socket };
}

/** Time for the holder of a connection to release it in the ordinary way, because it must be released only once. */
const GRACE_MS = 100;

/**
 * Gives connections back that were lost in the middle of a transaction. Kysely, below MikroORM, keeps them when the
 * ROLLBACK fails too (kysely-org/kysely#1990), so that after a restart of PostgreSQL the pool stays full of dead
 * connections and every later operation waits forever.
 */
export function reclaimDeadConnections(pool: EventEmitter): void {
  const inUse = clientsInUse(pool);
  pool.on('connect', (client: PooledClient) => {
    client.once('end', () => {
      setTimeout(() => {
        if (inUse.has(client)) client.release(true);
      }, GRACE_MS);
    });
  });
}

/**
 * Ends connections on which a statement, or their own end, has had no answer for so long. After a failover, or where a
 * router forgot a connection, nobody says that it is dead, and TCP itself gives up only after a quarter of an hour.
 * `pg`'s own `query_timeout` fails the statement, but leaves its connection in the pool. Those that are idle end with it,
 * because they are likely to be as dead, and would cost an operation each to find out.
 */
export function endSilentConnections(pool: EventEmitter, silenceMs: number): void {
  const inUse = clientsInUse(pool);
  const open = new Set<PooledClient>();
  pool.on('connect', (client: PooledClient) => {
    const { stream } = client.connection;
    open.add(client);
    stream.once('close', () => open.delete(client));
    // A callback given to `setTimeout` would be called once in the connection's life, as it may be while it rests.
    stream.setTimeout(silenceMs);
    stream.on('timeout', () => {
      const usedSinceMs = inUse.get(client);
      if (usedSinceMs === undefined && !stream.writableEnded) return;
      // Node calls all timers of one duration that are due together, also one that was refreshed by what an earlier one did:
      // a connection that has rested is then used for a moment, and not silent. Half, because the loop's clock lags behind.
      if (usedSinceMs !== undefined && performance.now() - usedSinceMs < silenceMs / 2) {
        stream.setTimeout(silenceMs);
        return;
      }
      const silence = new Error(`Connection terminated: no answer for ${silenceMs} ms`);
      for (const each of open) if (each === client || !inUse.has(each)) each.connection.stream.destroy(silence);
    });
  });
}

/** Each with the time since when, by `performance.now()`. */
function clientsInUse(pool: EventEmitter): ReadonlyMap<PooledClient, number> {
  const inUse = new Map<PooledClient, number>();
  pool.on('acquire', (client: PooledClient) => inUse.set(client, performance.now()));
  pool.on('release', (_error: unknown, client: PooledClient) => inUse.delete(client));
  return inUse;
}
