/** The engine in one process: database, exchange and workers, started in order and stopped in reverse. */
import type { Database } from '../database/database.ts';
import type { HttpServer } from '../http/start-http.ts';
import { gaugeLog } from '../metrics/log-metrics.ts';
import { StartWait } from '../process/wait-at-start.ts';
import { workerBuildId } from '../temporal/builds.ts';
import { keepFeed } from '../temporal/feed.ts';
import { ensureReconcileSchedule } from '../temporal/schedules.ts';
import { workerDeployment } from '../temporal/worker-deployment.ts';
import { startArchive } from './archive.ts';
import { cancelHaltedOrders } from './cancel-halted.ts';
import { connectExchange } from './exchange.ts';
import { startEngineHttp } from './http-interface.ts';
import { LogKeeper } from './keep-log.ts';
import type { EngineOptions } from './options.ts';
import { createPorts } from './create-ports.ts';
import { createMetricsAndAlerts, createWatchdog } from './reporting.ts';
import { createWorkers, runWorkers } from './run-workers.ts';
import { askTemporal, connectPreparedTemporal, openMigratedDatabase, type Startup } from './servers.ts';
import { upgradeOrders } from './upgrade-orders.ts';

const FEED_NOT_ENSURED = 'could not ensure that the order feed runs; trying again in 30 s';

export interface Engine {
  database: Database;
  http: HttpServer | null;
  /** Resolves when the engine has stopped; rejects when a worker failed. */
  stopped: Promise<void>;
  /** Answers open HTTP requests, lets running tasks end within their grace time, and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Resolves when the workers poll. Applies migrations and registers search attributes that are missing. When a step fails,
 * what the earlier ones opened is closed, and the error is that of the failed step.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { log, startWithinMs: withinMs = 0, stopWaiting: stop } = options;
  const startup = { resources: new AsyncDisposableStack(), wait: new StartWait({ log, withinMs, stop }), log };
  try {
    return await startWith(options, startup);
  } catch (error) {
    await closeAfterFailure(startup);
    throw error;
  }
}

async function startWith(options: EngineOptions, startup: Startup): Promise<Engine> {
  const { resources, log } = startup;
  const { deploymentName = null } = options;

  const database = await openMigratedDatabase(options.databaseUrl, startup);
  const { metrics, alerts } = createMetricsAndAlerts(options, startup);
  const exchangeParts = await connectExchange(options.coinbase, { database, alerts, metrics }, startup);
  const { exchange, clocks } = exchangeParts;
  const temporal = await connectPreparedTemporal(options, startup);

  const hasVersions = deploymentName !== null;
  const feedFailed = (error: unknown): void => log.warn(FEED_NOT_ENSURED, { error });
  resources.defer(await askTemporal(startup, () => keepFeed({ ...temporal, hasVersions }, feedFailed)));
  if (options.reconcileEverySeconds !== undefined) {
    const everySeconds = options.reconcileEverySeconds;
    const schedule = await askTemporal(startup, () => ensureReconcileSchedule(temporal, everySeconds));
    log.debug('the schedule of reconciliation is there', { schedule, everySeconds });
  }
  const http = options.http
    ? await startEngineHttp(options.http, { ...options, ...temporal, database, exchange, clocks, metrics })
    : null;
  if (http) resources.defer(() => http.close());

  const watchdog = createWatchdog(options, { metrics, temporal }, startup);
  const ports = createPorts({ ...exchangeParts, database, temporal, alerts, watchdog }, metrics);
  const { orderWorkflows } = ports.feed;
  resources.defer(cancelHaltedOrders({ halts: database.halts, orderWorkflows, log }));
  const keeper = options.logFiles && new LogKeeper({ log: database.log, files: options.logFiles, alerts, logger: log });
  if (keeper) {
    gaugeLog(() => keeper.state, metrics.registry);
    resources.defer(() => keeper.stop());
  }

  const workflowBundle = await options.workflowBundle;
  const buildId = await workerBuildId(workflowBundle);
  const { archive } = options;
  if (archive) await askTemporal(startup, () => startArchive(archive, { temporal, workflowBundle, log }));
  const workers = await createWorkers(
    { ...temporal, version: { buildId, deploymentName }, workflowBundle, ports },
    resources,
  );
  if (deploymentName !== null) {
    const deployment = workerDeployment({ ...temporal, deploymentName });
    resources.defer(upgradeOrders({ deployment, deploymentName, buildId, log }));
  }

  // Not before everything else is there: a request that was sent would hold the lease of an engine that cannot start.
  clocks.start();
  keeper?.start();
  const running = runWorkers(workers);
  const stopped = running.ended.then(
    () => resources.disposeAsync(),
    async (error: unknown) => {
      await closeAfterFailure(startup);
      throw error;
    },
  );
  return {
    database,
    http,
    stopped,
    async stop() {
      // First of all: its requests are answered by the workers.
      await http?.close();
      await running.stop();
      await stopped;
    },
  };
}

/** An error of closing is logged, and does not hide the failure. */
async function closeAfterFailure({ resources, log }: Startup): Promise<void> {
  try {
    await resources.disposeAsync();
  } catch (error) {
    log.warn('could not close everything after a failure', { error });
  }
}
