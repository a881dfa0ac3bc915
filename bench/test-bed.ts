/** What a benchmark or a torture run needs: real servers, the exchange, the worker as a process, and a bot's connection. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { OrderSyncClient } from '../src/client/index.ts';
import { openDatabase, type Database } from '../src/database/database.ts';
import { startPostgres, type RunningPostgres } from '../src/local/postgres.ts';
import { deleteInTheEnd } from '../src/local/server-process.ts';
import { startTemporal, type TemporalOptions } from '../src/local/temporal.ts';
import {
  createKey,
  startSimulator,
  type NewKey,
  type Simulator,
  type SimulatorOptions,
} from '../src/simulator/index.ts';
import type { Links, LinkTargets } from '../test/links/links.ts';
import { WorkerProcess } from './worker-process.ts';

export interface TemporalServer {
  /** Host and port. */
  address: string;
  namespace: string;
  /** Of the server and its database, as they were started; none if it was running before. */
  pids: readonly number[];
  stop(): Promise<void>;
}

export interface TestBedOptions {
  /** In the names of its folders. */
  name: string;
  simulator: Omit<SimulatorOptions, 'keys'>;
  /** The worker's request budget. */
  requestsPerSecond: number;
  /** Whether Temporal keeps its workflows on disk, for restarts; PostgreSQL always does. */
  keepsWorkflows: boolean;
  /** Starts the Temporal server, or finds one that runs already; default: a development server. */
  temporal?: () => Promise<TemporalServer>;
  /** Puts proxies between the worker and everything it connects to; default: none. */
  links?: (targets: LinkTargets) => Promise<Links>;
  /** In addition to those that the test bed sets. */
  workerSettings?: NodeJS.ProcessEnv;
  /** Arguments for Node, of the worker. */
  nodeArguments?: readonly string[];
  /** Ends the start. */
  signal: AbortSignal;
}

export interface TestBed {
  simulator: Simulator;
  /** The key that the exchange accepts. */
  key: NewKey;
  database: Database;
  databaseUrl: string;
  /** Of PostgreSQL's superuser. */
  superuserUrl: string;
  /** PostgreSQL's. */
  databaseLog: string;
  worker: WorkerProcess;
  /** For another one. */
  workerEnvironment: NodeJS.ProcessEnv;
  /** For files that are deleted after the run. */
  folder: string;
  /** Host and port, without a proxy. */
  temporalAddress: string;
  namespace: string;
  bot: OrderSyncClient;
  temporal: Client;
  /** Of the servers, as they were started. */
  pids: { temporal: readonly number[]; postgres: number };
  /** Stops the server, starts it again on the same data and port after `downMs`. */
  restart(server: 'PostgreSQL' | 'Temporal', downMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything; stops what it has started when one of the parts fails or the signal is aborted. */
export async function startTestBed(options: TestBedOptions): Promise<TestBed> {
  const { name, signal } = options;
  const folder = await mkdtemp(join(tmpdir(), `order-sync-${name}-`));
  const postgresFolder = await mkdtemp(join(tmpdir(), `order-sync-${name}-postgres-`));
  await using resources = new AsyncDisposableStack();
  resources.defer(deleteInTheEnd(folder));
  resources.defer(deleteInTheEnd(postgresFolder));
  const servers = await startServers(options, { folder, postgresFolder });
  resources.defer(async () => {
    await Promise.all([servers.Temporal.stop(), servers.PostgreSQL.stop()]);
  });
  const { address, namespace } = servers.Temporal;

  const key = createKey();
  const keys = [{ name: key.name, publicKeyPem: key.publicKeyPem }];
  const simulator = await startSimulator({ keys, ...options.simulator });
  resources.defer(() => simulator.close());
  const direct: LinkTargets = {
    temporal: address,
    database: servers.PostgreSQL.url,
    rest: simulator.url,
    push: simulator.wsUrl,
  };
  const links = await options.links?.(direct);
  if (links !== undefined) resources.defer(() => links.close());
  const target = (part: keyof LinkTargets): string => links?.[part].target ?? direct[part];
  const workerEnvironment = {
    TEMPORAL_ADDRESS: target('temporal'),
    TEMPORAL_NAMESPACE: namespace,
    DATABASE_URL: target('database'),
    COINBASE_REST_URL: target('rest'),
    COINBASE_WS_URL: target('push'),
    COINBASE_API_KEY_NAME: key.name,
    COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
    COINBASE_REQUESTS_PER_SECOND: String(options.requestsPerSecond),
    ORDER_SYNC_HTTP_PORT: '0',
    // Not those of the user's own engine: what it has signed is the log of another database.
    ORDER_SYNC_AUDIT_KEY_FILE: join(folder, 'audit', 'signing-keys'),
    ORDER_SYNC_AUDIT_HEADS_FILE: join(folder, 'audit', 'heads.jsonl'),
    ...options.workerSettings,
  };
  const worker = new WorkerProcess(folder, workerEnvironment, options.nodeArguments);
  const supervision = worker.supervise();
  resources.defer(async () => {
    await worker.stop();
    await supervision;
  });

  const database = await openDatabase({ url: servers.PostgreSQL.url });
  resources.defer(() => database.close());
  await worker.ready(signal);
  signal.throwIfAborted();
  const bot = await OrderSyncClient.connect({ address, namespace });
  resources.defer(() => bot.close());
  // Without the SDK's own retries: one that comes due after close() throws in a timer.
  const connection = await Connection.connect({ address, interceptors: [] });
  resources.defer(() => connection.close());

  const started = resources.move();
  return {
    simulator,
    key,
    database,
    databaseUrl: servers.PostgreSQL.url,
    superuserUrl: servers.PostgreSQL.superuserUrl,
    databaseLog: servers.PostgreSQL.logFile,
    worker,
    workerEnvironment,
    folder,
    temporalAddress: address,
    namespace,
    bot,
    temporal: new Client({ connection, namespace }),
    pids: { temporal: servers.Temporal.pids, postgres: servers.PostgreSQL.pid },
    restart: (server, downMs) => restart(servers, { server, downMs, folder, postgresFolder }),
    stop: () => started.disposeAsync(),
  };
}

interface Servers {
  Temporal: TemporalServer;
  PostgreSQL: RunningPostgres;
}

async function startServers(
  { temporal, keepsWorkflows }: TestBedOptions,
  { folder, postgresFolder }: { folder: string; postgresFolder: string },
): Promise<Servers> {
  const Temporal = await (temporal?.() ?? developmentServer(keepsWorkflows ? { dataDir: folder } : {}));
  try {
    return { Temporal, PostgreSQL: await startPostgres({ dataDir: postgresFolder }) };
  } catch (error) {
    await Temporal.stop();
    throw error;
  }
}

async function developmentServer(options: TemporalOptions): Promise<TemporalServer> {
  const { pid, ...server } = await startTemporal(options);
  return { ...server, pids: [pid] };
}

async function restart(
  servers: Servers,
  where: { server: keyof Servers; downMs: number; folder: string; postgresFolder: string },
): Promise<void> {
  await servers[where.server].stop();
  await new Promise((resolve) => setTimeout(resolve, where.downMs));
  if (where.server === 'Temporal') {
    const port = Number(servers.Temporal.address.split(':').at(-1));
    servers.Temporal = await developmentServer({ dataDir: where.folder, port });
  } else {
    servers.PostgreSQL = await startPostgres({ dataDir: where.postgresFolder, port: servers.PostgreSQL.port });
  }
}
