/** The engine against what the environment names: what `order-sync worker` runs, and `order-sync/worker` gives to a program of one's own. */
import { startEngine } from './engine/engine.ts';
import { limitHeaps } from './engine/heaps.ts';
import { installRuntime } from './engine/runtime.ts';
import { freePort } from './local/free-port.ts';
import { engineOptions, LOCAL_HOST, temporalOptions } from './local/locations.ts';
import { embeddedDatabaseUrl } from './local/postgres.ts';
import { createLog } from './process/log.ts';
import { exchangeAccess, readSettings } from './engine/settings/settings.ts';
import { buildWorkflowBundle } from './temporal/workflow-bundle.ts';

export interface StartOptions {
  /** While Temporal or the database is not there yet, ends the wait for it: `startWorker` rejects with its reason. */
  stopWaiting?: AbortSignal;
}

export interface RunningWorker {
  /** Where the HTTP interface listens. */
  httpUrl: string;
  /** Resolves when the engine has stopped; rejects when it failed. */
  stopped: Promise<void>;
  /** Lets running tasks end within ten seconds, and closes every connection. Open orders continue at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts the engine and its HTTP interface, with the settings of an environment (docs/operations.md), such as
 * `process.env`. Resolves when it polls. Once for each process, because Temporal's runtime is. Rejects with one sentence
 * that names the wrong setting, or what is out of reach.
 */
export async function startWorker(
  environment: Readonly<Record<string, string | undefined>>,
  { stopWaiting }: StartOptions = {},
): Promise<RunningWorker> {
  const settings = readSettings(environment);
  const coinbase = exchangeAccess(settings);
  if (coinbase === null) {
    throw new Error(
      'No exchange is configured: set ORDER_SYNC_LIVE=yes for Coinbase itself, or COINBASE_REST_URL, COINBASE_API_KEY_NAME and COINBASE_API_PRIVATE_KEY (`order-sync simulator` prints them for the simulated exchange), or use `order-sync start`, which brings one',
    );
  }
  const log = createLog({ level: settings.logLevel, secrets: settings });
  const temporalMetricsAddress = `${LOCAL_HOST}:${await freePort()}`;
  installRuntime(log, temporalMetricsAddress);
  limitHeaps();
  const workflowBundle = buildWorkflowBundle();
  const { http, stopped, stop } = await startEngine({
    ...engineOptions(settings),
    temporal: temporalOptions(settings.temporal),
    namespace: settings.temporal.namespace,
    databaseUrl: settings.databaseUrl?.reveal() ?? (await embeddedDatabaseUrl()),
    coinbase,
    workflowBundle,
    log,
    ...(stopWaiting && { stopWaiting }),
    http: settings.http,
    temporalMetricsAddress,
  });
  log.info('the engine runs', { exchange: coinbase.restUrl, live: settings.live, http: http?.url });
  return { httpUrl: http?.url ?? '', stopped, stop };
}
