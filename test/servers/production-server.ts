/** Temporal as it is run in production, on a PostgreSQL of its own, for one run of a benchmark or of tests. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { isListening } from '../../src/local/free-port.ts';
import { LOCAL_HOST } from '../../src/local/locations.ts';
import { startPostgres } from '../../src/local/postgres.ts';
import { deleteInTheEnd, startServerProcess } from '../../src/local/server-process.ts';
import { TEMPORAL_ENVIRONMENT, TEMPORAL_SETTINGS } from '../../src/local/temporal-settings.ts';
import { ensureTemporalServer } from './production-build.ts';

const PLUGIN = 'postgres12';
/** The server's databases, and the schema of each in the tool that makes them. */
const DATABASES = { temporal: 'temporal', temporal_visibility: 'visibility' };
const SERVICES = ['frontend', 'matching', 'history', 'worker'] as const;
const READY_WITHIN_MS = 60_000;

export interface ProductionServerOptions {
  /** Of the server, such as `1.31.2`. */
  version: string;
  /** Of its dynamic configuration, besides `TEMPORAL_SETTINGS`. */
  settings?: Record<string, string | number | boolean>;
  onProgress: (line: string) => void;
  /** Ends the start. */
  signal: AbortSignal;
}

export interface ProductionServer {
  /** Host and port. */
  address: string;
  /** Of the server and of its PostgreSQL. */
  pids: readonly number[];
  stop(): Promise<void>;
}

/** Has no namespace. Stops what it has started, and deletes its data, when a part fails or the signal is aborted. */
export async function startProductionServer(options: ProductionServerOptions): Promise<ProductionServer> {
  const { version, onProgress, signal } = options;
  const programs = await ensureTemporalServer(version, onProgress, signal);
  const folder = await mkdtemp(join(tmpdir(), 'order-sync-production-temporal-'));
  await using resources = new AsyncDisposableStack();
  resources.defer(deleteInTheEnd(folder));
  // In a folder that is named it syncs its data to the disk, as in production.
  const postgres = await startPostgres({ dataDir: folder });
  resources.defer(postgres.stop);
  for (const [database, schema] of Object.entries(DATABASES)) {
    await makeDatabase(programs.sql, new URL(postgres.superuserUrl), { database, schema, signal });
  }

  const ports = await freePorts(2 * SERVICES.length + 1);
  const settings = join(folder, 'settings.yaml');
  await writeFile(settings, JSON.stringify(dynamicConfiguration(options.settings)));
  await writeFile(
    join(folder, 'production.yaml'),
    JSON.stringify(configuration(new URL(postgres.superuserUrl), ports, settings)),
  );
  const server = startServerProcess({
    name: `The Temporal server ${version} on PostgreSQL`,
    command: programs.server,
    args: ['--root', folder, '--config', '.', '--env', 'production', '--allow-no-auth', 'start'],
    env: TEMPORAL_ENVIRONMENT,
    logFile: join(folder, 'temporal.log'),
    // In good order it takes seconds, of no use where nothing is kept.
    stopSignal: 'SIGKILL',
  });
  resources.defer(server.stop);
  const port = ports[0] ?? 0;
  const address = `${LOCAL_HOST}:${port}`;
  await server.waitUntil(
    async () => signal.aborted || ((await isListening(port)) && (await answers(address))),
    READY_WITHIN_MS,
  );
  signal.throwIfAborted();
  const started = resources.move();
  return { address, pids: [server.pid, postgres.pid], stop: () => started.disposeAsync() };
}

/** With the server's own tool, as its documentation has it. */
async function makeDatabase(
  tool: string,
  { hostname, port, username, password }: URL,
  { database, schema, signal }: { database: string; schema: string; signal: AbortSignal },
): Promise<void> {
  const place = ['--endpoint', hostname, '--port', port, '--user', username, '--password', password];
  const run = (...args: string[]): Promise<unknown> =>
    promisify(execFile)(tool, [...place, '--plugin', PLUGIN, '--database', database, ...args], { signal });
  await run('create-database');
  await run('setup-schema', '--version', '0.0');
  await run('update-schema', '--schema-name', `postgresql/v12/${schema}`);
}

/**
 * Four shards and so many connections are what the server's official image has by default. YAML understands JSON.
 * `settings` is the file of its dynamic configuration.
 */
function configuration(postgres: URL, ports: readonly number[], settings: string): object {
  const store = (databaseName: string, maxConns: number): object => ({
    sql: {
      pluginName: PLUGIN,
      databaseName,
      connectAddr: postgres.host,
      connectProtocol: 'tcp',
      user: postgres.username,
      password: postgres.password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  });
  const services = SERVICES.map((name, index) => {
    const [grpcPort, membershipPort] = ports.slice(2 * index);
    const http = name === 'frontend' && { httpPort: ports.at(-1) };
    return [name, { rpc: { grpcPort, membershipPort, bindOnLocalHost: true, ...http } }] as const;
  });
  const rpcAddress = `${LOCAL_HOST}:${ports[0]}`;
  const cluster = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress };
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: 4,
      datastores: { default: store('temporal', 20), visibility: store('temporal_visibility', 10) },
    },
    dynamicConfigClient: { filepath: settings, pollInterval: '1h' },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: LOCAL_HOST } },
    services: Object.fromEntries(services),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: { active: cluster },
    },
  };
}

/** Each setting with its values, of which this one holds for all namespaces and task queues. */
function dynamicConfiguration(settings: ProductionServerOptions['settings']): object {
  const all = Object.entries({ ...TEMPORAL_SETTINGS, ...settings });
  return Object.fromEntries(all.map(([name, value]) => [name, [{ value }]]));
}

/** The server's table of members has a smallint for a port. Below the system's own choices, so that no connection takes one meanwhile. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(20_000, 2 ** 15);
    if (!(await isListening(port))) ports.add(port);
  }
  return [...ports];
}

async function answers(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '1s' }).catch(() => undefined);
  await connection?.close();
  return connection !== undefined;
}
