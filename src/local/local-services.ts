/** Everything that the engine needs and that the settings do not name: embedded servers and the simulated exchange. */
import { join } from 'node:path';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { messageOf } from '../domain/message-of.ts';
import type { ExchangeAccess } from '../coinbase/connect.ts';
import { exchangeAccess, type Settings } from '../engine/settings/settings.ts';
import { createKey, startSimulator, type Simulator } from '../simulator/index.ts';
import { LOCAL_PORTS, temporalOptions } from './locations.ts';
import { startPostgres } from './postgres.ts';
import { simulatorKey } from './simulator-credentials.ts';
import { startTemporal } from './temporal.ts';

export interface LocalServicesOptions {
  settings: Settings;
  /** Kept there, on the fixed ports of `npm start`; null: forgotten in the end, on free ports. */
  dataFolder: string | null;
  /** Told what is being done, a line each. */
  onProgress: (line: string) => void;
}

export interface LocalServices {
  temporal: NativeConnectionOptions & { address: string };
  namespace: string;
  /** Of the embedded server; null where there is none, or it has none. */
  temporalUiUrl: string | null;
  databaseUrl: string;
  coinbase: ExchangeAccess;
  /** Null when the settings name another exchange. */
  simulator: Simulator | null;
  /** What a person may want to open or connect to: name and address. */
  addresses: Record<string, string>;
  stop(): Promise<void>;
}

interface Part<Values> {
  values: Values;
  addresses: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts what is missing, all at once. When one of them cannot be had, the others are stopped and all errors are thrown in one. */
export async function startLocalServices(options: LocalServicesOptions): Promise<LocalServices> {
  const settled = await Promise.allSettled([temporalPart(options), databasePart(options), exchangePart(options)]);
  const parts = settled.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : []));
  const stop = async (): Promise<void> => void (await Promise.all(parts.map((part) => part.stop())));
  const [temporal, database, exchange] = settled;
  if (temporal.status === 'rejected' || database.status === 'rejected' || exchange.status === 'rejected') {
    await stop();
    throw new Error(settled.flatMap((part) => (part.status === 'rejected' ? [messageOf(part.reason)] : [])).join('\n'));
  }
  return {
    ...temporal.value.values,
    ...database.value.values,
    ...exchange.value.values,
    addresses: Object.assign({}, ...parts.map((part) => part.addresses)) as Record<string, string>,
    stop,
  };
}

async function temporalPart({
  settings,
  dataFolder,
  onProgress,
}: LocalServicesOptions): Promise<Part<Pick<LocalServices, 'temporal' | 'namespace' | 'temporalUiUrl'>>> {
  const { address, namespace } = settings.temporal;
  if (address !== null) {
    const temporal = temporalOptions(settings.temporal);
    return {
      values: { temporal, namespace, temporalUiUrl: null },
      addresses: { Temporal: address },
      stop: nothingToStop,
    };
  }
  onProgress('Starting Temporal');
  const server = await startTemporal({
    namespace,
    onProgress,
    ...(dataFolder !== null && {
      dataDir: join(dataFolder, 'temporal'),
      port: LOCAL_PORTS.temporal,
      uiPort: LOCAL_PORTS.temporalUi,
      ...codecOfUi(settings),
    }),
  });
  return {
    values: { temporal: { address: server.address }, namespace, temporalUiUrl: server.uiUrl ?? null },
    addresses: { Temporal: server.address, ...(server.uiUrl !== undefined && { 'Temporal UI': server.uiUrl }) },
    stop: () => server.stop(),
  };
}

/** The UI has no token of ours to send, so it asks the engine only where that needs none. */
function codecOfUi({ payloadKeys, http }: Settings): { uiCodecEndpoint?: string } {
  const isOpen = http.token === null && http.tokensFile === null;
  if (payloadKeys.keys.length === 0 || !isOpen || http.port === 0) return {};
  return { uiCodecEndpoint: `http://${http.host}:${http.port}/codec` };
}

async function databasePart({
  settings,
  dataFolder,
  onProgress,
}: LocalServicesOptions): Promise<Part<Pick<LocalServices, 'databaseUrl'>>> {
  if (settings.databaseUrl !== null) {
    const databaseUrl = settings.databaseUrl.reveal();
    return { values: { databaseUrl }, addresses: { PostgreSQL: new URL(databaseUrl).host }, stop: nothingToStop };
  }
  onProgress('Starting PostgreSQL');
  const server = await startPostgres({
    onNotice: onProgress,
    ...(dataFolder !== null && { dataDir: join(dataFolder, 'postgres'), port: LOCAL_PORTS.postgres }),
  });
  return {
    values: { databaseUrl: server.url },
    addresses: { PostgreSQL: new URL(server.url).host },
    stop: () => server.stop(),
  };
}

async function exchangePart({
  settings,
  dataFolder,
  onProgress,
}: LocalServicesOptions): Promise<Part<Pick<LocalServices, 'coinbase' | 'simulator'>>> {
  const coinbase = exchangeAccess(settings);
  if (coinbase !== null) {
    return { values: { coinbase, simulator: null }, addresses: { Exchange: coinbase.restUrl }, stop: nothingToStop };
  }
  onProgress('Starting the simulated exchange');
  const key = dataFolder === null ? createKey() : await simulatorKey(join(dataFolder, 'simulator-key.json'));
  const simulator = await startSimulator({
    keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }],
    ...(dataFolder !== null && { port: LOCAL_PORTS.simulator, stateFile: join(dataFolder, 'simulator.json') }),
  });
  return {
    values: {
      coinbase: {
        restUrl: simulator.url,
        wsUrl: simulator.wsUrl,
        keyName: key.name,
        privateKey: key.privateKeyPem,
        requestsPerSecond: settings.requestsPerSecond,
      },
      simulator,
    },
    addresses: { 'Simulated exchange': simulator.url },
    stop: () => simulator.close(),
  };
}

async function nothingToStop(): Promise<void> {}
