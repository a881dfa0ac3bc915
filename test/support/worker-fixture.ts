/** A worker process to be killed and replaced, with all that it needs. A Temporal server of its own, because the worker takes the queue that its name is fixed to. */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderOutcome } from '../../src/domain/order/order-state.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { testDatabase } from './resources.ts';
import { startTestTemporal } from './temporal-server.ts';
import { deadline } from './waiting.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** A dead worker's activities are given to another one after their heartbeat timeout of 10 s. */
const TAKEN_OVER_WITHIN_MS = 120_000;

/** An environment. */
type Settings = Readonly<Record<string, string>>;

export interface WorkerFixture {
  simulator: Simulator;
  client: Client;
  database: Database;
  /** The environment of the worker. */
  settings: Settings;
  /** The worker at work; another one after `another`. */
  readonly worker: WorkerProcess;
  /** Starts the next worker, with more settings or others if given. */
  another(changed?: Settings): Promise<void>;
  start(request: OrderRequest): Promise<WorkflowHandle>;
  /** The client order ids that were started. */
  requested: ReadonlySet<string>;
  outcomeOf(handle: WorkflowHandle): Promise<OrderOutcome>;
  stop(): Promise<void>;
}

export interface WorkerFixtureOptions {
  /** Default: Temporal's own `default`. */
  namespace?: string;
  /** More of the worker's environment, made of that which it would have. */
  environment?: (settings: Settings) => Promise<Record<string, string>>;
}

/** Stops what it has started when one of the parts fails. */
export async function startWorkerFixture({
  namespace,
  environment,
}: WorkerFixtureOptions = {}): Promise<WorkerFixture> {
  await using resources = new AsyncDisposableStack();
  const key = createKey();
  const simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  resources.defer(() => simulator.close());
  const ofNamespace = namespace === undefined ? {} : { namespace };
  const temporal = await startTestTemporal(ofNamespace);
  resources.defer(() => temporal.stop());
  const connection = await Connection.connect({ address: temporal.address });
  resources.defer(() => connection.close());
  const client = new Client({ connection, ...ofNamespace });
  const databaseUrl = await testDatabase();
  const usual: Settings = {
    TEMPORAL_ADDRESS: temporal.address,
    ...(namespace !== undefined && { TEMPORAL_NAMESPACE: namespace }),
    DATABASE_URL: databaseUrl,
    COINBASE_REST_URL: simulator.url,
    COINBASE_API_KEY_NAME: key.name,
    COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
  };
  const settings = { ...usual, ...(await environment?.(usual)) };
  let worker = await startWorkerProcess(settings);
  resources.defer(() => worker.kill());
  const database = await openDatabase({ url: databaseUrl });
  resources.defer(() => database.close());
  const requested = new Set<string>();
  const started = resources.move();
  return {
    simulator,
    client,
    database,
    settings,
    get worker() {
      return worker;
    },
    async another(changed = {}) {
      worker = await startWorkerProcess({ ...settings, ...changed });
    },
    requested,
    start(request) {
      requested.add(request.clientOrderId);
      const workflowId = workflowIdOf(request.clientOrderId);
      return client.workflow.start('orderWorkflow', { taskQueue: 'orders', workflowId, args: [request] });
    },
    outcomeOf(handle) {
      const result = handle.result() as Promise<OrderOutcome>;
      return deadline(result, TAKEN_OVER_WITHIN_MS, `the outcome of ${handle.workflowId}`);
    },
    stop: () => started.disposeAsync(),
  };
}
