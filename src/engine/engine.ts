/** The engine in one process: database, exchange and workers, started in order and stopped in reverse. */
import type { NativeConnectionOptions, Worker, WorkflowBundleOption } from '@temporalio/worker';
import { ActiveOrders } from '../activities/order/active-orders.ts';
import { createAlerts } from '../alerts/alerts.ts';
import { Heartbeat } from '../alerts/heartbeat.ts';
import { connectCoinbase, type ExchangeAccess } from '../coinbase/connect.ts';
import { SharedBudget } from '../coinbase/budget/shared-budget.ts';
import { connectUserChannel } from '../coinbase/user-channel/user-channel.ts';
import { EncryptionCodec } from '../encryption/payload-codec.ts';
import { NO_KEYS, type PayloadKeys } from '../encryption/payload-keys.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { startEngineHttp, type HttpSettings } from './http-interface.ts';
import type { HttpServer } from '../http/start-http.ts';
import { observeRequests } from '../metrics/exchange-metrics.ts';
import { MetricsPage } from '../metrics/metrics-page.ts';
import { DatabaseUnavailableError } from '../ports/trade-store-error.ts';
import type { Logger } from '../process/log.ts';
import { StartWait, type NeededServer } from '../process/wait-at-start.ts';
import { ownVersion } from '../process/version.ts';
import { LogKeeper } from './keep-log.ts';
import type { LogFiles } from './log-heads.ts';
import { gaugeLog } from '../metrics/log-metrics.ts';
import { startArchive, type ArchiveSettings } from './archive.ts';
import { cancelHaltedOrders } from './cancel-halted.ts';
import { ClockWatch } from './clock-watch.ts';
import { createArchiveWorker, createFeedWorker, createOrderWorker, createReconcileWorker } from './workers.ts';
import { connectTemporal, TemporalUnreachableError } from '../temporal/connection.ts';
import { observedPorts } from './observed-ports.ts';
import { workerBuildId } from '../temporal/builds.ts';
import { requireVersioning, workerDeployment } from '../temporal/worker-deployment.ts';
import { registerSearchAttributes } from '../temporal/register-search-attributes.ts';
import type { Secret } from '../process/secret.ts';
import { askFeed, keepFeed, type FeedOptions, type KeepFeedOptions } from '../temporal/feed.ts';
import { closedRuns } from '../temporal/closed-runs.ts';
import { orderWorkflows } from '../temporal/order-workflows.ts';
import { ensureReconcileSchedule } from '../temporal/schedules.ts';
import { discardWorker, runWorkers } from './run-workers.ts';
import { upgradeOrders } from './upgrade-orders.ts';

const TASK_QUEUE = 'orders';

const POSTGRESQL: NeededServer = {
  name: 'PostgreSQL',
  setting: 'DATABASE_URL',
  isAway: (error) => error instanceof DatabaseUnavailableError && !error.isRefusal,
};
const TEMPORAL: NeededServer = {
  name: 'the Temporal server',
  setting: 'TEMPORAL_ADDRESS',
  isAway: (error) => error instanceof TemporalUnreachableError,
};

export interface EngineOptions {
  temporal: NativeConnectionOptions;
  namespace: string;
  databaseUrl: string;
  coinbase: ExchangeAccess;
  /** May still be under way: it is needed last. */
  workflowBundle: WorkflowBundleOption | Promise<WorkflowBundleOption>;
  log: Logger;
  /** How long Temporal and the database are waited for. Default 0: they must be there. */
  startWithinMs?: number;
  /** Ends that wait: `startEngine` rejects with its reason. */
  stopWaiting?: AbortSignal;
  /** Default `orders`. */
  taskQueue?: string;
  /** Of the worker deployment whose versions the workers are. Default: they have no versions. */
  deploymentName?: string | null;
  /** Encrypt what Temporal is given. Default: nothing is encrypted. */
  payloadKeys?: PayloadKeys;
  /** Default: no HTTP interface. */
  http?: HttpSettings;
  /** The interval of the schedule `reconcile-orders`. Default: the schedule is left as it is. */
  reconcileEverySeconds?: number;
  /** The schedule `archive-orders`. Default: the schedule is left as it is, and the build of the workflows is not kept. */
  archive?: ArchiveSettings;
  /** Default: alerts go to the log and the metrics only. */
  alertWebhookUrl?: Secret | null;
  /** Called after each complete run of reconciliation. Default: nobody outside watches. */
  heartbeatUrl?: Secret | null;
  /** Of the transparency log. Default: nothing is logged. */
  logFiles?: LogFiles;
  /** As given to `installRuntime`. Default: the page shows none of Temporal's metrics. */
  temporalMetricsAddress?: string;
}

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
  const resources = new AsyncDisposableStack();
  try {
    return await startWith(resources, options);
  } catch (error) {
    await closeAfterFailure(resources, options.log);
    throw error;
  }
}

/** Whatever is opened goes on the stack at once: it is closed in reverse order, whichever later step fails. */
async function startWith(resources: AsyncDisposableStack, options: EngineOptions): Promise<Engine> {
  const { log, namespace, taskQueue = TASK_QUEUE } = options;
  const wait = new StartWait({ log, withinMs: options.startWithinMs ?? 0, stop: options.stopWaiting });
  const database = await openDatabase({ url: options.databaseUrl });
  resources.defer(() => database.close());
  await wait.until(POSTGRESQL, () => database.ping());
  const applied = await database.migrations.migrate();
  if (applied.length > 0) log.info('migrations applied', { applied });
  await database.migrations.assertMigrated();

  const { temporalMetricsAddress: temporalAddress } = options;
  const metrics = new MetricsPage({ version: ownVersion(), ...(temporalAddress !== undefined && { temporalAddress }) });
  const { registry } = metrics;
  const webhookUrl = options.alertWebhookUrl?.reveal();
  const alerts = createAlerts({ log, metrics: registry, ...(webhookUrl !== undefined && { webhookUrl }) });
  resources.defer(() => alerts.close());

  const { wsUrl, requestsPerSecond } = options.coinbase;
  const budget = new SharedBudget(requestsPerSecond, database.requestLeases);
  resources.defer(() => budget.leave());
  await budget.join();
  const access = { ...options.coinbase, clockOffsetMs: (): number => clocks.offsetMs('exchange') ?? 0 };
  const exchange = connectCoinbase({ ...access, budget, onEnd: observeRequests(registry) });
  const clocks: ClockWatch = new ClockWatch({ database, offsets: database.clockOffsets, exchange, alerts, log });
  resources.defer(() => clocks.stop());
  const push = wsUrl === null ? null : connectUserChannel({ ...access, wsUrl });

  const { connection, close } = await wait.until(TEMPORAL, () => connectTemporal(options.temporal, log));
  resources.defer(close);
  const registered = await registerSearchAttributes(connection, namespace);
  if (registered.length > 0) log.info('search attributes registered', { registered });

  const deploymentName = options.deploymentName ?? null;
  if (deploymentName !== null) await requireVersioning(connection);
  const codec = new EncryptionCodec(options.payloadKeys ?? NO_KEYS);
  const temporal = { connection, namespace, taskQueue, codec };
  resources.defer(await keepFeedRunning({ ...temporal, hasVersions: deploymentName !== null }, log));
  if (options.reconcileEverySeconds !== undefined) {
    const everySeconds = options.reconcileEverySeconds;
    const schedule = await ensureReconcileSchedule(temporal, everySeconds);
    log.debug('the schedule of reconciliation is there', { schedule, everySeconds });
  }
  const http = options.http
    ? await startEngineHttp(options.http, { ...options, ...temporal, database, exchange, clocks, metrics })
    : null;
  if (http) resources.defer(() => http.close());

  const { sweptExchange, ...observed } = observedPorts({ database, exchange, budget, push, clocks }, metrics);
  const watchdog = heartbeatOf(options, { registry, temporal });
  if (watchdog !== null) resources.defer(() => watchdog.close());
  const ports = {
    ...observed,
    histories: database.histories,
    clockOffsets: database.clockOffsets,
    exchange,
    alerts,
    clocks,
    watchdog,
    orderWorkflows: orderWorkflows(temporal),
    activeOrders: new ActiveOrders(),
  };
  resources.defer(cancelHaltedOrders({ halts: database.halts, orderWorkflows: ports.orderWorkflows, log }));
  const { logFiles: files } = options;
  const keeper = files && new LogKeeper({ log: database.log, files, alerts, logger: log });
  if (keeper) {
    gaugeLog(() => keeper.state, registry);
    resources.defer(() => keeper.stop());
  }
  const workflowBundle = await options.workflowBundle;
  const version = { buildId: await workerBuildId(workflowBundle), deploymentName };
  if (options.archive !== undefined) await startArchive(options.archive, { temporal, workflowBundle, log });
  const workers: Worker[] = [];
  const add = (worker: Worker): void => {
    workers.push(worker);
    resources.defer(() => discardWorker(worker));
  };
  add(await createOrderWorker({ ...temporal, version, workflowBundle, ports }));
  add(await createReconcileWorker({ ...temporal, version, ports }));
  add(await createArchiveWorker({ ...temporal, version, ports: { ...ports, closedRuns: closedRuns(temporal) } }));
  add(await createFeedWorker({ ...temporal, version, ports: { ...ports, exchange: sweptExchange } }));

  if (deploymentName !== null) {
    const deployment = workerDeployment({ ...temporal, deploymentName });
    resources.defer(upgradeOrders({ deployment, deploymentName, buildId: version.buildId, log }));
  }

  // Not before everything else is there: a request that was sent would hold the lease of an engine that cannot start.
  clocks.start();
  keeper?.start();
  const running = runWorkers(workers);
  const stopped = running.ended.then(
    () => resources.disposeAsync(),
    async (error: unknown) => {
      await closeAfterFailure(resources, log);
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
async function closeAfterFailure(resources: AsyncDisposableStack, log: Logger): Promise<void> {
  try {
    await resources.disposeAsync();
  } catch (error) {
    log.warn('could not close everything after a failure', { error });
  }
}

const FEED_ANSWERS_WITHIN_MS = 2_000;

function heartbeatOf(
  { heartbeatUrl, log }: Pick<EngineOptions, 'heartbeatUrl' | 'log'>,
  { registry, temporal }: { registry: MetricsPage['registry']; temporal: FeedOptions },
): Heartbeat | null {
  if (heartbeatUrl === undefined || heartbeatUrl === null) return null;
  const assertFeedUp = () => askFeed(temporal, FEED_ANSWERS_WITHIN_MS);
  return new Heartbeat({ url: heartbeatUrl.reveal(), log, metrics: registry, assertFeedUp });
}

function keepFeedRunning(temporal: KeepFeedOptions, log: Logger): Promise<() => void> {
  return keepFeed(temporal, (error) =>
    log.warn('could not ensure that the order feed runs; trying again in 30 s', { error }),
  );
}
