import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../ports/order-workflows.ts';
import { freePort, isListening, requireFreePort } from './free-port.ts';
import { LOCAL_HOST } from './locations.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { ensureTemporalCli } from './temporal-cli.ts';
import { startUiGuard, type UiGuard } from './ui-guard.ts';
import { TEMPORAL_ENVIRONMENT, TEMPORAL_SETTINGS } from './temporal-settings.ts';

export interface TemporalOptions {
  /** Where workflows are kept from run to run. Left out: in memory. */
  dataDir?: string;
  /** Of the server; left out: a free one. */
  port?: number;
  /** Of the web interface, which answers to nobody but this machine; left out: there is none. */
  uiPort?: number;
  /** Where the web interface has payloads decrypted. Default: nowhere. */
  uiCodecEndpoint?: string;
  /** Default: `default`. */
  namespace?: string;
  /** Of the server's dynamic configuration, besides `TEMPORAL_SETTINGS`. */
  settings?: Record<string, string | number | boolean>;
  /** Told how fetching the server continues, where that is needed. */
  onProgress?: (line: string) => void;
}

export interface RunningTemporal {
  /** Host and port, as TEMPORAL_ADDRESS has them. */
  address: string;
  namespace: string;
  uiUrl: string | undefined;
  pid: number;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const ATTEMPTS = 3;

/**
 * Starts Temporal's development server with the search attributes of an order. It is a process of its own, which Ctrl-C doesn't reach but which can't outlive this one.
 * Rejects with one sentence for people if a port is taken, or if the server can be neither found nor fetched.
 */
export async function startTemporal(options: TemporalOptions = {}): Promise<RunningTemporal> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Nothing keeps the ports that were free until the server has them; those of its services it chooses by itself.
      if (attempt === ATTEMPTS || !/address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOnce(options: TemporalOptions): Promise<RunningTemporal> {
  const { dataDir, uiPort, namespace = 'default', onProgress = () => {} } = options;
  const command = await ensureTemporalCli(onProgress);
  const port = options.port ?? (await freePort());
  await requireFreePort(
    port,
    'the embedded Temporal server',
    'stop what uses it, or set TEMPORAL_ADDRESS to a Temporal server of your own',
  );
  if (uiPort !== undefined) await requireFreePort(uiPort, "Temporal's web interface", 'stop what uses it');
  const ui = uiPort === undefined ? null : await hiddenListener();
  const folder = dataDir === undefined ? await mkdtemp(join(tmpdir(), 'order-sync-temporal-')) : resolve(dataDir);
  await mkdir(folder, { recursive: true });
  // The workflows' histories are nobody else's to read.
  await chmod(folder, 0o700);

  const address = `${LOCAL_HOST}:${port}`;
  const server = startServerProcess({
    name: 'The Temporal server',
    command,
    args: [
      'server',
      'start-dev',
      `--ip=${LOCAL_HOST}`,
      `--port=${port}`,
      `--namespace=${namespace}`,
      '--log-level=error',
      ...Object.entries({ ...TEMPORAL_SETTINGS, ...options.settings }).map(
        ([name, value]) => `--dynamic-config-value=${name}=${value}`,
      ),
      `--dynamic-config-value=${httpAllowedHosts()}`,
      ...(ui === null ? ['--headless'] : [`--ui-ip=${ui.host}`, `--ui-port=${ui.port}`]),
      ...(options.uiCodecEndpoint === undefined ? [] : [`--ui-codec-endpoint=${options.uiCodecEndpoint}`]),
      ...(dataDir === undefined ? [] : [`--db-filename=${join(folder, 'temporal.db')}`]),
      ...Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `--search-attribute=${name}=${type}`),
    ],
    env: TEMPORAL_ENVIRONMENT,
    logFile: join(folder, 'server.log'),
    // In good order it takes one second, of no use where nothing is kept.
    stopSignal: dataDir === undefined ? 'SIGKILL' : 'SIGTERM',
    ...(dataDir === undefined && { deleteFolder: folder }),
  });
  await server.waitUntil(async () => (await isListening(port)) && isReady(address, namespace), READY_WITHIN_MS);
  const guard = await guarded(uiPort, ui, server);
  const stop = async (): Promise<void> => {
    await guard?.close();
    await server.stop();
  };
  return { address, namespace, uiUrl: guard?.url, pid: server.pid, stop };
}

async function guarded(port: number | undefined, ui: Listener | null, server: ServerProcess): Promise<UiGuard | null> {
  if (port === undefined || ui === null) return null;
  try {
    return await startUiGuard(port, ui);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

interface Listener {
  host: string;
  port: number;
}

/**
 * Where the web interface itself listens, behind its guard. A web page that tries all ports of 127.0.0.1 must not come
 * past the guard: Linux has sixteen million addresses of loopback, of which it is one; elsewhere only the port is unknown.
 */
async function hiddenListener(): Promise<Listener> {
  const part = (): number => randomInt(1, 255);
  const host = process.platform === 'linux' ? `127.${part()}.${part()}.${part()}` : LOCAL_HOST;
  return { host, port: await freePort() };
}

/**
 * The server's HTTP interface cannot be turned off, and takes a start of a workflow from any web page that finds its
 * port. It answers only to a host name that nobody can guess.
 */
function httpAllowedHosts(): string {
  return `frontend.httpAllowedHosts=["${randomBytes(16).toString('hex')}.invalid"]`;
}

/** The port opens before the namespace is there, and the namespace before its search attributes. Ask only when it is open: a first refusal costs a gRPC client a second. */
async function isReady(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: '1s' }).catch(() => undefined);
  if (connection === undefined) return false;
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
