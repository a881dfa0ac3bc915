import type { EventEmitter } from 'node:events';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import * as entities from './entities/index.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { endSilentConnections, reclaimDeadConnections } from './pool.ts';

/** Where it is noted which migrations were applied. */
export const MIGRATIONS_TABLE = 'order_sync_migrations';

/** How long a new connection may take, and how long to wait for a free one of the pool. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Every statement is small; one that takes longer waits for a lock that somebody should not hold. */
const STATEMENT_TIMEOUT_MS = 4_000;

/** Longer than a statement may take: a connection that says nothing for so long is dead. Then a new one is made. */
const SILENCE_MS = 5_000;

/** Ends the transaction of a client that vanished without a word, so that its row locks are freed. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000;

/**
 * MikroORM with all that it could look up or guess turned off: nothing is read from disk, cached or printed, and no
 * connection is made before the first query.
 *
 * @param options - `isPatient`: a statement may take as long as it likes (a migration builds indexes). Default false.
 */
export function createOrm(
  url: string,
  databaseName: string,
  poolSize: number,
  { isPatient = false }: { isPatient?: boolean } = {},
): MikroORM {
  return new MikroORM({
    entities: Object.values(entities),
    extensions: [Migrator],
    dbName: databaseName,
    ensureDatabase: false,
    // The driver gets the whole URL, because MikroORM reads only part of it (not `sslmode`, for one).
    driverOptions: {
      connectionString: url,
      application_name: 'order-sync',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: isPatient ? 0 : STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      // With this delay Node gives up after 15 s; it notices what dies during a patient statement.
      keepAlive: true,
      keepAliveInitialDelayMillis: SILENCE_MS,
      onPoolCreated: (pool: EventEmitter) => {
        reclaimDeadConnections(pool);
        if (!isPatient) endSilentConnections(pool, SILENCE_MS);
      },
    },
    pool: { min: 0, max: poolSize },
    migrations: { tableName: MIGRATIONS_TABLE, migrationsList: MIGRATIONS, snapshot: false, silent: true },
    metadataCache: { enabled: false },
    debug: false,
    logger: () => {},
  });
}
