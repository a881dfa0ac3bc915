/** The servers that an engine needs, connected and prepared: PostgreSQL with its tables, Temporal with its search attributes. */
import type { NativeConnection } from '@temporalio/worker';
import { openDatabase, type Database } from '../database/database.ts';
import { EncryptionCodec } from '../encryption/payload-codec.ts';
import { NO_KEYS } from '../encryption/payload-keys.ts';
import { DatabaseUnavailableError } from '../ports/trade-store-error.ts';
import type { Logger } from '../process/log.ts';
import type { NeededServer, StartWait } from '../process/wait-at-start.ts';
import { answered, connectTemporal, TemporalUnreachableError, type TemporalAccess } from '../temporal/connection.ts';
import { registerSearchAttributes } from '../temporal/register-search-attributes.ts';
import { requireVersioning } from '../temporal/server-version.ts';
import type { EngineOptions } from './options.ts';

const TASK_QUEUE = 'orders';

const POSTGRESQL: NeededServer = {
  name: 'PostgreSQL',
  setting: 'DATABASE_URL',
  isUnavailable: (error) => error instanceof DatabaseUnavailableError && !error.isRefusal,
};
const TEMPORAL: NeededServer = {
  name: 'the Temporal server',
  setting: 'TEMPORAL_ADDRESS',
  isUnavailable: (error) => error instanceof TemporalUnreachableError,
};

/** Of an engine that is starting. */
export interface Startup {
  /** Each resource goes on the stack as soon as it is open, so that all are closed, last first, if a later step fails. */
  resources: AsyncDisposableStack;
  wait: StartWait;
  log: Logger;
}

/** Applies the migrations that are missing. */
export async function openMigratedDatabase(url: string, startup: Startup): Promise<Database> {
  const { resources, log } = startup;
  const database = await openDatabase({ url });
  resources.defer(() => database.close());
  await askDatabase(startup, () => database.ping());
  const applied = await askDatabase(startup, () => database.migrations.migrate());
  if (applied.length > 0) log.info('migrations applied', { applied });
  await askDatabase(startup, () => database.migrations.assertMigrated());
  return database;
}

/** Registers the search attributes that are missing. Rejects where workers are to have versions and the server has none. */
export async function connectPreparedTemporal(
  { temporal, namespace, taskQueue = TASK_QUEUE, deploymentName = null, payloadKeys = NO_KEYS }: EngineOptions,
  startup: Startup,
): Promise<TemporalAccess<NativeConnection>> {
  const { resources, wait, log } = startup;
  const { connection, close } = await wait.until(TEMPORAL, () => connectTemporal(temporal, log));
  resources.defer(close);
  const registered = await askTemporal(startup, () => registerSearchAttributes(connection, namespace));
  if (registered.length > 0) log.info('search attributes registered', { registered });
  if (deploymentName !== null) await askTemporal(startup, () => requireVersioning(connection));
  return { connection, namespace, taskQueue, codec: new EncryptionCodec(payloadKeys) };
}

/** A server may go away between two steps of the start, so each step is retried, and must be safe to repeat. */
export function askDatabase<Result>({ wait }: Startup, ask: () => Promise<Result>): Promise<Result> {
  return wait.until(POSTGRESQL, ask);
}

/** The same, of Temporal. */
export function askTemporal<Result>({ wait }: Startup, ask: () => Promise<Result>): Promise<Result> {
  return wait.until(TEMPORAL, () => answered(ask));
}
