/** Opens what a verb needs and closes it again. Without settings that is what `order-sync start` runs on this machine. */
import { existsSync } from 'node:fs';
import { Client, Connection, isGrpcServiceError, ServiceError } from '@temporalio/client';
import { messageOf } from '../domain/message-of.ts';
import { OrderSyncClient, TemporalUnavailableError } from '../client/index.ts';
import type { CoinbaseSettings } from '../coinbase/connect.ts';
import { EncryptionCodec } from '../encryption/payload-codec.ts';
import type { Database } from '../database/database.ts';
import { dataFolder, LOCAL_HOST, LOCAL_PORTS, temporalOptions } from '../local/locations.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { HaltStore } from '../ports/halt-store.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import { DatabaseUnavailableError, type TradeStore } from '../ports/trade-store.ts';
import type { TransparencyLog } from '../ports/transparency-log.ts';
import { commandIdentity } from '../process/identity.ts';
import { whyUnreachable } from '../temporal/why-unreachable.ts';
import { exchangeAccess, readSettings } from '../engine/settings/settings.ts';
import type { Cli } from './cli.ts';
import { CouldNotError } from './failure.ts';

/** Of a command that has to work without the database, by which the budget is shared. */
const UNSHARED_REQUESTS_PER_SECOND = 2;
const SIMULATOR_URL = `http://${LOCAL_HOST}:${LOCAL_PORTS.simulator}`;

export async function withOrders<Result>(
  { environment, taskQueue }: Cli,
  work: (orders: OrderSyncClient) => Promise<Result>,
): Promise<Result> {
  const { temporal, payloadKeys } = readSettings(environment);
  const options = temporalOptions(temporal);
  const orders = await OrderSyncClient.connect({
    ...options,
    namespace: temporal.namespace,
    identity: commandIdentity(),
    dataConverter: new EncryptionCodec(payloadKeys).dataConverter,
    ...(taskQueue !== undefined && { taskQueue }),
  }).catch(async (error: unknown) => {
    if (!(error instanceof TemporalUnavailableError)) throw error;
    if (temporal.address === null)
      throw new CouldNotError(`${error.message}. \`order-sync start\` runs one; TEMPORAL_ADDRESS names another`);
    const reason = await whyUnreachable(options);
    throw reason === null ? error : new CouldNotError(`Temporal at ${options.address} cannot be reached: ${reason}`);
  });
  try {
    return await work(orders);
  } finally {
    await orders.close();
  }
}

/** Temporal's own client, for what the orders' client does not do. */
export async function withTemporal<Result>(
  { environment }: Cli,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { temporal, payloadKeys } = readSettings(environment);
  const { dataConverter } = new EncryptionCodec(payloadKeys);
  const { namespace } = temporal;
  const options = temporalOptions(temporal);
  let connection: Connection | null = null;
  try {
    connection = await connectTemporal(options, 5_000);
    return await work(new Client({ connection, namespace, dataConverter }));
  } catch (error) {
    const isFromTemporal = connection === null || error instanceof ServiceError || isGrpcServiceError(error);
    if (!isFromTemporal) throw error;
    throw new CouldNotError(
      `Temporal at ${options.address} (namespace ${namespace}) does not answer: ${messageOf(error)}`,
    );
  } finally {
    await connection?.close();
  }
}

/** Without the client's own retries, one of which could come due after the end and throw in a timer. Rejects with the reason. */
export async function connectTemporal(
  options: ReturnType<typeof temporalOptions>,
  connectTimeout: number,
): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout, interceptors: [] });
  } catch (error) {
    const reason = await whyUnreachable(options);
    throw reason === null ? error : new Error(reason);
  }
}

export async function withDatabase<Result>(
  { environment }: Cli,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { databaseUrl } = readSettings(environment);
  // Loaded only where it is needed, because it takes half a second.
  const { openDatabase } = await import('../database/database.ts');
  const database = await openDatabase({ url: databaseUrl?.reveal() ?? (await embeddedUrl()), poolSize: 2 });
  try {
    return await work(database);
  } catch (error) {
    if (databaseUrl !== null || !(error instanceof DatabaseUnavailableError)) throw error;
    throw new DatabaseUnavailableError(`${error.message}. \`order-sync start\` runs one; DATABASE_URL names another`);
  } finally {
    await database.close();
  }
}

async function embeddedUrl(): Promise<string> {
  const { embeddedDatabaseUrl } = await import('../local/postgres.ts');
  return embeddedDatabaseUrl().catch((error: unknown) => {
    throw new CouldNotError(messageOf(error));
  });
}

/** The exchange that the settings name, or the simulated one that runs here, beside the deployment's budget: for few requests. */
export async function openExchange(cli: Cli): Promise<Exchange> {
  const { connectCoinbase } = await import('../coinbase/connect.ts');
  return connectCoinbase({ ...(await exchangeSettings(cli)), requestsPerSecond: UNSHARED_REQUESTS_PER_SECOND });
}

/** The same exchange within the deployment's budget, and the database: as `withTrades`. */
export async function withExchange<Result>(
  cli: Cli,
  work: (exchange: Exchange, database: Database) => Promise<Result>,
): Promise<Result> {
  const settings = await exchangeSettings(cli);
  return withMigrated(cli, async (database) => {
    const [{ connectCoinbase }, { SharedBudget }] = await Promise.all([
      import('../coinbase/connect.ts'),
      import('../coinbase/budget/shared-budget.ts'),
    ]);
    const budget = new SharedBudget(settings.requestsPerSecond, database.requestLeases);
    const exchange = connectCoinbase({ ...settings, budget });
    try {
      await budget.join();
      return await work(exchange, database);
    } finally {
      await budget.leave();
    }
  });
}

/** Where the exchange is that the settings name. */
export function exchangeUrl({ environment }: Cli): string {
  return readSettings(environment).coinbase?.restUrl ?? SIMULATOR_URL;
}

async function exchangeSettings({ environment }: Cli): Promise<CoinbaseSettings> {
  const settings = readSettings(environment);
  const { requestsPerSecond } = settings;
  return exchangeAccess(settings) ?? { ...(await simulatorAccess()), requestsPerSecond };
}

async function simulatorAccess(): Promise<{ restUrl: string; keyName: string; privateKey: string }> {
  const keyFile = dataFolder('simulator-key.json');
  if (!existsSync(keyFile)) {
    throw new CouldNotError(
      'no exchange is configured: run this in the folder of `order-sync start`, or set COINBASE_REST_URL, COINBASE_API_KEY_NAME and COINBASE_API_PRIVATE_KEY',
    );
  }
  const { simulatorKey } = await import('../local/simulator-credentials.ts');
  const { name, privateKeyPem } = await simulatorKey(keyFile);
  return {
    restUrl: SIMULATOR_URL,
    keyName: name,
    privateKey: privateKeyPem,
  };
}

/** Refuses a database that lacks migrations, before a query fails for that. */
export function withTrades<Result>(cli: Cli, work: (trades: TradeStore) => Promise<Result>): Promise<Result> {
  return withMigrated(cli, ({ trades }) => work(trades));
}

/** As `withTrades`. */
export function withHalts<Result>(cli: Cli, work: (halts: HaltStore) => Promise<Result>): Promise<Result> {
  return withMigrated(cli, ({ halts }) => work(halts));
}

/** As `withTrades`. */
export function withReconciliations<Result>(
  cli: Cli,
  work: (reconciliations: ReconciliationStore) => Promise<Result>,
): Promise<Result> {
  return withMigrated(cli, ({ reconciliations }) => work(reconciliations));
}

/** As `withTrades`. */
export function withLog<Result>(cli: Cli, work: (log: TransparencyLog) => Promise<Result>): Promise<Result> {
  return withMigrated(cli, ({ log }) => work(log));
}

export function withMigrated<Result>(cli: Cli, work: (database: Database) => Promise<Result>): Promise<Result> {
  return withDatabase(cli, async (database) => {
    const missing = await database.migrations.pending();
    if (missing.length > 0) {
      throw new CouldNotError(`the database lacks ${missing.join(', ')}: run \`order-sync migrate\``);
    }
    return work(database);
  });
}
