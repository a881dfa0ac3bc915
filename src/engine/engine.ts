/** The engine in one process: database, exchange and worker, composed and started. */
import { Registry } from 'prom-client';
import {
  GracefulShutdownPeriodExpiredError,
  NativeConnection,
  Runtime,
  type NativeConnectionOptions,
  type Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createAlerts, type AlertCentre } from '../alerts/alerts.ts';
import { connectCoinbase, type ExchangeAccess } from '../coinbase/connect.ts';
import { SharedBudget } from '../coinbase/budget/shared-budget.ts';
import { connectUserChannel } from '../coinbase/user-channel/user-channel.ts';
import { openDatabase, type Database } from '../database/database.ts';
import { startEngineHttp, type HttpSettings } from './http-interface.ts';
import type { HttpServer } from '../http/start-http.ts';
import type { Logger } from '../process/log.ts';
import { createFeedWorker } from './feed-worker.ts';
import { createOrderWorker } from './order-worker.ts';
import { createReconcileWorker } from './reconcile-worker.ts';
import { registerSearchAttributes } from '../temporal/register-search-attributes.ts';
import type { Secret } from '../process/secret.ts';
import { keepFeed } from '../temporal/feed.ts';
import { orderWorkflows } from '../temporal/order-workflows.ts';
import { ensureReconcileSchedule } from '../temporal/reconcile-schedule.ts';

export const TASK_QUEUE = 'orders';

export interface EngineOptions {
  temporal: NativeConnectionOptions;
  namespace: string;
  databaseUrl: string;
  coinbase: ExchangeAccess;
  /** May still be under way: it is needed last. */
  workflowBundle: WorkflowBundleOption | Promise<WorkflowBundleOption>;
  log: Logger;
  /** Default `orders`. */
  taskQueue?: string;
  /** Default: no HTTP interface. */
  http?: HttpSettings;
  /** The interval of the schedule `reconcile-orders`. Default: the schedule is left as it is. */
  reconcileEverySeconds?: number;
  /** Default: alerts go to the log and the metrics only. */
  alertWebhookUrl?: Secret | null;
}

export interface Engine {
  database: Database;
  http: HttpServer | null;
  /** Resolves when the engine has stopped; rejects when the worker failed. */
  stopped: Promise<void>;
  /** Stops polling, lets what runs end within its bound, and closes every connection. */
  stop(): Promise<void>;
}

/**
 * Once for each process, before the first connection. The process handles its signals itself: Temporal's own handling
 * would stop the worker and nothing else.
 */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: log,
    shutdownSignals: [],
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
}

/** Resolves when the worker polls. Applies migrations and registers search attributes that are missing. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { log, namespace, workflowBundle, taskQueue = TASK_QUEUE } = options;
  const database = await openDatabase({ url: options.databaseUrl });
  const budget = new SharedBudget(options.coinbase.requestsPerSecond, database.requestLeases);
  const metrics = new Registry();
  const webhookUrl = options.alertWebhookUrl?.reveal();
  const alerts = createAlerts({ log, metrics, ...(webhookUrl !== undefined && { webhookUrl }) });
  let connection: NativeConnection | null = null;
  let http: HttpServer | null = null;
  try {
    const applied = await database.migrations.migrate();
    if (applied.length > 0) log.info('migrations applied', { applied });
    await database.migrations.assertMigrated();
    await budget.join();
    const exchange = connectCoinbase({ ...options.coinbase, budget });
    const { wsUrl } = options.coinbase;
    const push = wsUrl === null ? null : connectUserChannel({ ...options.coinbase, wsUrl });
    connection = await NativeConnection.connect(options.temporal);
    const registered = await registerSearchAttributes(connection, namespace);
    if (registered.length > 0) log.info('search attributes registered', { registered });
    const { trades, reconciliations } = database;
    const ports = { exchange, trades, alerts };
    const workflows = orderWorkflows({ connection, namespace, taskQueue });
    const reconcilePorts = { ...ports, reconciliations, orderWorkflows: workflows };
    if (options.http)
      http = await startEngineHttp(options.http, { ...options, connection, taskQueue, database, exchange, metrics });
    const workers = [
      await createOrderWorker({ connection, namespace, taskQueue, workflowBundle: await workflowBundle, ports }),
      await createReconcileWorker({ connection, namespace, taskQueue, ports: reconcilePorts }),
      await createFeedWorker({
        connection,
        namespace,
        taskQueue,
        ports: { exchange, trades, orderWorkflows: workflows, push },
      }),
    ];
    if (options.reconcileEverySeconds !== undefined) {
      const everySeconds = options.reconcileEverySeconds;
      const done = await ensureReconcileSchedule({ connection, namespace, taskQueue, everySeconds });
      log.info(`schedule reconcile-orders ${done}`, { everySeconds });
    }
    const endFeed = await keepFeed({ connection, namespace, taskQueue }, (error) =>
      log.warn('whether the order feed runs could not be seen', { error: String(error) }),
    );
    return running(workers, { connection, database, http, alerts, budget, endFeed });
  } catch (error) {
    await alerts.close();
    await http?.close();
    await connection?.close();
    await budget.leave();
    await database.close();
    throw error;
  }
}

/** Activities that did not end within the worker's bound are taken up by another worker, as after a worker's death. */
function isLeftToOthers(reason: unknown): boolean {
  return reason instanceof GracefulShutdownPeriodExpiredError;
}

interface Parts {
  connection: NativeConnection;
  database: Database;
  http: HttpServer | null;
  alerts: AlertCentre;
  budget: SharedBudget;
  /** Makes sure no more that the feed runs. */
  endFeed: () => void;
}

function running(workers: readonly Worker[], { connection, database, http, alerts, budget, endFeed }: Parts): Engine {
  const shutdown = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  // One that fails takes the others with it: half an engine would look like a whole one.
  const runs = workers.map((worker) => worker.run().finally(shutdown));
  const stopped = Promise.allSettled(runs).then(async (ends) => {
    endFeed();
    await http?.close();
    await alerts.close();
    await connection.close();
    await budget.leave();
    await database.close();
    const failed = ends.find((end) => end.status === 'rejected' && !isLeftToOthers(end.reason));
    if (failed?.status === 'rejected') throw failed.reason;
  });
  return {
    database,
    http,
    stopped,
    async stop() {
      await http?.close();
      shutdown();
      await stopped;
    },
  };
}
