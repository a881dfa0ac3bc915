import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import * as entities from './entities/index.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { reclaimDeadConnections } from './pool.ts';

/** Where it is noted which migrations were applied. */
export const MIGRATIONS_TABLE = 'order_sync_migrations';

/** How long a new connection may take, waiting for a free one of the pool included. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Every statement is small; one that takes longer waits for a lock that somebody should not hold. */
const STATEMENT_TIMEOUT_MS = 15_000;

/** Ends the transaction of a client that vanished without a word, so that its row locks are freed. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * MikroORM with all that it could look up or guess turned off: nothing is read from disk, cached or printed, and no
 * connection is made before the first query.
 */
export function createOrm(url: string, databaseName: string, poolSize: number): MikroORM {
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
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      keepAlive: true,
      onPoolCreated: reclaimDeadConnections,
    },
    pool: { min: 0, max: poolSize },
    migrations: { tableName: MIGRATIONS_TABLE, migrationsList: MIGRATIONS, snapshot: false, silent: true },
    metadataCache: { enabled: false },
    debug: false,
    logger: () => {},
  });
}
