/** How long one run takes for 10,000 open trades, at the default budget. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { temporal } from '@temporalio/proto';
import { NativeConnection, type Worker } from '@temporalio/worker';
import { Registry } from 'prom-client';
import { UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import { ActiveOrders } from '../../src/activities/order/active-orders.ts';
import { createAlerts } from '../../src/alerts/alerts.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import { createLog } from '../../src/process/log.ts';
import { createOrderWorker, createReconcileWorker } from '../../src/engine/workers.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import type { Exchange } from '../../src/ports/exchange.ts';
import type { ReconcileReport } from '../../src/domain/reconciliation/report.ts';
import { orderWorkflows } from '../../src/temporal/order-workflows.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { worldOf, type World } from '../support/reconciling.ts';
import { temporalAddress, uniqueTaskQueue, workflowBundle } from '../support/resources.ts';
import { deadline } from '../support/waiting.ts';

const TRADES = 10_000;
const DEFAULT_BUDGET = 30;

let test: TestEngine;
let world: World;
let connection: NativeConnection;
/** Where the orders' workflows were started: nobody polls there, so they only are. */
const ordersQueue = uniqueTaskQueue();
const ownQueue = uniqueTaskQueue();
let workers: Worker[] = [];
let running: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  test = await startTestEngine({ feed: false, simulator: { tickMs: 0 }, requestsPerSecond: DEFAULT_BUDGET });
  world = worldOf(test);
  connection = await NativeConnection.connect({ address: temporalAddress() });
  const orders = Array.from({ length: TRADES }, () => world.order());
  for (let start = 0; start < TRADES; start += 500) await world.trades(orders.slice(start, start + 500));
  const lanes = Array.from({ length: 50 }, async () => {
    for (let order = orders.pop(); order !== undefined; order = orders.pop()) {
      const { clientOrderId } = order;
      await test.client.workflow.start('orderWorkflow', {
        taskQueue: ordersQueue,
        workflowId: workflowIdOf(clientOrderId),
        args: [{ clientOrderId }],
      });
    }
  });
  await Promise.all(lanes);
  const { trades, histories, reconciliations } = test.engine.database;
  const ports = {
    exchange: exchange(),
    trades,
    histories,
    alerts: createAlerts({ log: createLog({ level: 'error' }), metrics: new Registry() }),
    clocks: { offsetMs: () => null },
    activeOrders: new ActiveOrders(),
    watchdog: null,
  };
  const version = { buildId: 'scale', deploymentName: null };
  const common = { connection, namespace: 'default', taskQueue: ownQueue, version, codec: UNENCRYPTED };
  workers = [
    await createOrderWorker({ ...common, workflowBundle: workflowBundle(), ports }),
    await createReconcileWorker({
      ...common,
      ports: { ...ports, reconciliations, orderWorkflows: orderWorkflows({ ...common, taskQueue: ordersQueue }) },
    }),
  ];
  running = Promise.all(workers.map((worker) => worker.run()));
}, 900_000);
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await running;
  await connection?.close();
  await world?.close();
  await test?.stop();
}, 60_000);

/** The memory of this process, in which the exchange and the workers are too, until `stop` answers it as a text. */
function watchMemory(): { stop(): string } {
  const megabytes = (): number => Math.round(process.memoryUsage.rss() / 2 ** 20);
  const before = megabytes();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, megabytes())), 200);
  return {
    stop() {
      clearInterval(timer);
      return `${before} MB before, ${peak} MB at most`;
    },
  };
}

function exchange(): Exchange {
  const { COINBASE_REST_URL, COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY } = test.environment;
  return connectCoinbase({
    restUrl: COINBASE_REST_URL ?? '',
    keyName: COINBASE_API_KEY_NAME ?? '',
    privateKey: COINBASE_API_PRIVATE_KEY ?? '',
    requestsPerSecond: DEFAULT_BUDGET,
  });
}

/** Seconds of each step of the run, as its history tells them. */
function secondsOfSteps({ events }: temporal.api.history.v1.IHistory): string {
  const scheduled = new Map<string, { name: string; atMs: number }>();
  const steps: string[] = [];
  for (const { eventId, eventTime, activityTaskScheduledEventAttributes, ...event } of events ?? []) {
    const atMs = Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1e6;
    const name = activityTaskScheduledEventAttributes?.activityType?.name;
    if (name) scheduled.set(String(eventId), { name, atMs });
    const done = scheduled.get(String(event.activityTaskCompletedEventAttributes?.scheduledEventId));
    if (done) steps.push(`${done.name} ${((atMs - done.atMs) / 1_000).toFixed(1)} s`);
  }
  return steps.join(', ');
}

describe('10,000 open trades', () => {
  it('are compared in one run within 60 s and within the budget, in a history of under 500 events', async () => {
    test.simulator.rateLimit.set(DEFAULT_BUDGET);
    const memory = watchMemory();
    const workflowId = `reconcile-${ownQueue}`;
    const handle = await test.client.workflow.start('reconcileWorkflow', { taskQueue: ownQueue, workflowId, args: [] });
    const report = await deadline(handle.result() as Promise<ReconcileReport>, 240_000, 'the run');
    const seconds = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1_000;
    const history = await handle.fetchHistory();
    const events = history.events?.length;
    console.log(
      `${TRADES} open trades: ${seconds} s, ${report.requestsUsed} requests, ${events} events, ${memory.stop()}\n` +
        secondsOfSteps(history),
    );

    expect(report).toMatchObject({ status: 'complete', gaps: [], tradesChecked: TRADES, issuesFound: 0 });
    expect(seconds).toBeLessThan(60);
    expect(report.requestsUsed).toBeLessThan(60);
    expect(test.simulator.ledger.busiestSecond()).toBeLessThanOrEqual(DEFAULT_BUDGET);
    expect(events).toBeLessThan(500);
  }, 300_000);
});
