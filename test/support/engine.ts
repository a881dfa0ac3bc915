/** The whole engine for one test file: its own database, task queue and exchange, on the run's servers. */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger } from '@temporalio/worker';
import { startEngine, type Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import { EncryptionCodec } from '../../src/encryption/payload-codec.ts';
import { NO_KEYS, readPayloadKeys } from '../../src/encryption/payload-keys.ts';
import type { LogFiles } from '../../src/engine/log-heads.ts';
import type { HttpSettings } from '../../src/engine/http-interface.ts';
import { feedWorkflowId } from '../../src/domain/task-queues.ts';
import type { Logger } from '../../src/process/log.ts';
import type { Secret } from '../../src/process/secret.ts';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderOutcome, OrderState } from '../../src/domain/order/order-state.ts';
import type { TradeStore } from '../../src/ports/trade-store.ts';
import { createKey, startSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/index.ts';
import { startLinks, type Links } from '../links/links.ts';
import { BrokenTaskWatch } from './broken-tasks.ts';
import { temporalAddress, testDatabase, uniqueTaskQueue, workflowBundle } from './resources.ts';
import { ensureQuietRuntime } from './runtime.ts';
import { deadline, eventually } from './waiting.ts';

export interface TestEngine {
  client: Client;
  simulator: Simulator;
  readonly trades: TradeStore;
  databaseUrl: string;
  /** The settings that lead the command line, or any process, to these parts. */
  environment: Record<string, string>;
  taskQueue: string;
  /** With the option of this name only. */
  readonly links: Links;
  readonly engine: Engine;
  /** Every alert that was raised, oldest first. */
  alerts: RaisedAlert[];
  /** Starts an order as any SDK would: by workflow type, id and one argument. */
  start(request: unknown, clientOrderId?: string): Promise<WorkflowHandle>;
  /** The client order ids that were started. */
  requested: ReadonlySet<string>;
  /** Waits for the workflow's result, and fails at once when a workflow task fails. */
  outcome(handle: WorkflowHandle, withinMs?: number): Promise<OrderOutcome>;
  state(clientOrderId: string): Promise<OrderState>;
  /** Waits until the committed state fits. */
  untilState(clientOrderId: string, fits: (state: OrderState) => boolean, withinMs?: number): Promise<OrderState>;
  /** Stops the worker alone; the orders are left to themselves until `up`. */
  down(): Promise<void>;
  /** Another worker goes on where the last one was; with other keys, where they are given. */
  up(payloadKeys?: string): Promise<void>;
  /** Another engine on the same database, exchange and queue; to be stopped by who starts it. */
  beside(change: Pick<EngineOptions, 'workflowBundle'>): Promise<Engine>;
  stop(): Promise<void>;
}

export interface RaisedAlert {
  alert: string;
  clientOrderId: string;
  remedy: string;
}

export interface TestEngineOptions {
  simulator?: Omit<SimulatorOptions, 'keys'>;
  requestsPerSecond?: number;
  /** As ORDER_SYNC_PAYLOAD_KEYS has them. Default: nothing is encrypted. */
  payloadKeys?: string;
  /** Whether the exchange pushes changes. Default false: sweeps find them, at the pace of each order's policy. */
  push?: boolean;
  /** Whether the feed runs. Default true; without it nothing looks at an order that is monitored. */
  feed?: boolean;
  /** Default: no HTTP interface. */
  http?: HttpSettings;
  /** Where the runtime of this process shows Temporal's metrics. */
  temporalMetricsAddress?: string;
  heartbeatUrl?: Secret;
  /** Of the transparency log. Default: nothing is logged. */
  logFiles?: LogFiles;
  /** Default: a queue of its own. */
  taskQueue?: string;
  /** Default: a new, empty database of the engine's own. */
  databaseUrl?: string;
  /** How the engine itself connects to Temporal. Default: to the same server, in plain text. */
  temporal?: EngineOptions['temporal'];
  /** Of a Temporal server of the test's own. Default: the run's. */
  temporalAddress?: string;
  /** Whether there is a proxy on each of the engine's links. Default false. */
  links?: boolean;
  /** Of the worker deployment. Default: the workers have no versions. */
  deploymentName?: string;
}

export async function startTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  ensureQuietRuntime();
  const key = createKey();
  const simulator = await startSimulator({
    keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }],
    ...options.simulator,
  });
  const databaseUrl = options.databaseUrl ?? (await testDatabase());
  const taskQueue = options.taskQueue ?? uniqueTaskQueue();
  const address = options.temporalAddress ?? temporalAddress();
  const straight = { temporal: address, database: databaseUrl, rest: simulator.url, push: simulator.wsUrl };
  const links = options.links === true ? await startLinks(straight) : null;
  const way = (link: keyof typeof straight): string => links?.[link].target ?? straight[link];
  const alerts: RaisedAlert[] = [];
  const keysIn = (text: string | undefined) => (text === undefined ? NO_KEYS : readPayloadKeys(text));
  const settings: EngineOptions = {
    temporal: options.temporal ?? { address: way('temporal') },
    namespace: 'default',
    databaseUrl: way('database'),
    coinbase: {
      restUrl: way('rest'),
      wsUrl: options.push === true ? way('push') : null,
      keyName: key.name,
      privateKey: key.privateKeyPem,
      requestsPerSecond: options.requestsPerSecond ?? 500,
    },
    workflowBundle: workflowBundle(),
    log: collecting(alerts),
    taskQueue,
    ...(options.deploymentName !== undefined && { deploymentName: options.deploymentName }),
    payloadKeys: keysIn(options.payloadKeys),
    ...(options.http && { http: options.http }),
    ...(options.logFiles && { logFiles: options.logFiles }),
    ...(options.heartbeatUrl && { heartbeatUrl: options.heartbeatUrl }),
    ...(options.temporalMetricsAddress && { temporalMetricsAddress: options.temporalMetricsAddress }),
  };
  if (options.feed === false) await occupyFeed(address, taskQueue);
  let engine = await startEngine(settings);
  // Without the SDK's own retries: one that comes due after close() throws in a timer.
  const connection = await Connection.connect({ address, interceptors: [] });
  const { dataConverter } = new EncryptionCodec(keysIn(options.payloadKeys));
  const client = new Client({ connection, dataConverter });
  const brokenTasks = new BrokenTaskWatch();
  const requested = new Set<string>();

  const state = (clientOrderId: string): Promise<OrderState> =>
    client.workflow.getHandle(workflowIdOf(clientOrderId)).query<OrderState>('orderState');

  return {
    client,
    simulator,
    get trades() {
      return engine.database.trades;
    },
    databaseUrl,
    environment: {
      TEMPORAL_ADDRESS: address,
      DATABASE_URL: databaseUrl,
      COINBASE_REST_URL: simulator.url,
      COINBASE_API_KEY_NAME: key.name,
      COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
      ...(options.payloadKeys !== undefined && { ORDER_SYNC_PAYLOAD_KEYS: options.payloadKeys }),
      ...(options.logFiles !== undefined && {
        ORDER_SYNC_AUDIT_KEY_FILE: options.logFiles.keyFile,
        ORDER_SYNC_AUDIT_HEADS_FILE: options.logFiles.headsFile,
      }),
    },
    taskQueue,
    get links() {
      if (links === null) throw new Error('the test engine was started without `links: true`');
      return links;
    },
    get engine() {
      return engine;
    },
    alerts,
    requested,
    start(request, clientOrderId = (request as OrderRequest).clientOrderId) {
      requested.add(clientOrderId);
      return client.workflow.start('orderWorkflow', {
        taskQueue,
        workflowId: workflowIdOf(clientOrderId),
        args: [request],
      });
    },
    outcome: (handle, withinMs = 60_000) =>
      brokenTasks.during(
        handle,
        deadline(handle.result() as Promise<OrderOutcome>, withinMs, `the outcome of ${handle.workflowId}`),
      ),
    state,
    untilState: (clientOrderId, fits, withinMs = 20_000) =>
      brokenTasks.during(
        client.workflow.getHandle(workflowIdOf(clientOrderId)),
        eventually(
          async () => {
            const present = await state(clientOrderId);
            return fits(present) ? present : undefined;
          },
          { withinMs, what: `the state of ${clientOrderId}` },
        ),
      ),
    down: () => engine.stop(),
    async up(payloadKeys = options.payloadKeys) {
      engine = await startEngine({ ...settings, payloadKeys: keysIn(payloadKeys) });
    },
    beside: (change) => startEngine({ ...settings, ...change }),
    async stop() {
      brokenTasks.stop();
      await engine.stop();
      await connection.close();
      await links?.close();
      await simulator.close();
    },
  };
}

/** Takes the id of the feed's workflow for one that no worker serves. */
async function occupyFeed(address: string, taskQueue: string): Promise<void> {
  const connection = await Connection.connect({ address, interceptors: [] });
  try {
    const { workflow } = new Client({ connection });
    await workflow.start('feedWorkflow', { workflowId: feedWorkflowId(taskQueue), taskQueue: `${taskQueue}-nobody` });
  } finally {
    await connection.close();
  }
}

function collecting(alerts: RaisedAlert[]): Logger {
  return new DefaultLogger('INFO', ({ meta }) => {
    if (meta?.['alert'] !== undefined) alerts.push(meta as unknown as RaisedAlert);
  });
}

let count = 0;

/** A request for a limit order that rests until the exchange's plan or a price ends it, changed as the test needs. */
export function limitOrder(change: Partial<OrderRequest> = {}): OrderRequest {
  return marketOrder({
    orderConfiguration: { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
    ...change,
  });
}

/** A request for a market order of its own, changed as the test needs. */
export function marketOrder(change: Partial<OrderRequest> = {}): OrderRequest {
  count += 1;
  return {
    clientOrderId: `test-${process.pid}-${Date.now()}-${count}`,
    botId: 'bot7',
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration: { market_market_ioc: { quote_size: '10.00' } },
    ...change,
  };
}
