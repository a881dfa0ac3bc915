import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { workflowIdOf, type OrderRequest } from '../../src/order/order-request.ts';
import type { OrderOutcome } from '../../src/order/trade.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { marketOrder } from '../support/engine.ts';
import { testDatabase } from '../support/resources.ts';
import { expectNoDoubles, expectTruth } from '../support/truth.ts';
import { deadline } from '../support/waiting.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

/** Nothing is posted while no worker is there. */
const PLACED = { placeForMs: 120_000 };
const QUICK = { ...PLACED, immediateCheckAttempts: 1, monitorIntervalMs: 500 };
/** A dead worker's activities are given to another one after their heartbeat timeout of 10 s. */
const TAKEN_OVER_WITHIN_MS = 60_000;

let temporal: RunningTemporal;
let connection: Connection;
let client: Client;
let simulator: Simulator;
let database: Database;
let settings: Record<string, string>;
let worker: WorkerProcess | undefined;

/** A Temporal server of its own, because the worker takes the queue that its name is fixed to. */
beforeAll(async () => {
  const key = createKey();
  simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  temporal = await startTemporal();
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection });
  const databaseUrl = await testDatabase();
  settings = {
    TEMPORAL_ADDRESS: temporal.address,
    DATABASE_URL: databaseUrl,
    COINBASE_REST_URL: simulator.url,
    COINBASE_API_KEY_NAME: key.name,
    COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
    COINBASE_REQUESTS_PER_SECOND: '500',
  };
  worker = await startWorkerProcess(settings);
  database = await openDatabase({ url: databaseUrl });
}, 120_000);

afterAll(async () => {
  await worker?.kill();
  await database?.close();
  await connection?.close();
  await temporal?.stop();
  await simulator?.close();
});

function start(request: OrderRequest): Promise<WorkflowHandle> {
  const workflowId = workflowIdOf(request.clientOrderId);
  return client.workflow.start('orderWorkflow', { taskQueue: 'orders', workflowId, args: [request] });
}

async function replaceWorker(): Promise<void> {
  await worker?.kill();
  worker = await startWorkerProcess(settings);
}

function outcomeOf(handle: WorkflowHandle): Promise<OrderOutcome> {
  return deadline(
    handle.result() as Promise<OrderOutcome>,
    TAKEN_OVER_WITHIN_MS,
    `the outcome of ${handle.workflowId}`,
  );
}

describe('when the worker is killed, another one goes on', () => {
  it('with every order of a stream, wherever each of them just was', async () => {
    const requests = Array.from({ length: 40 }, (_, index) =>
      marketOrder({ policy: index % 2 === 0 ? PLACED : QUICK }),
    );
    for (const request of requests.filter((_, index) => index % 4 === 1)) {
      simulator.exchange.setPlan(request, { steps: [{ do: 'fill', afterMs: 1_000 }] });
    }
    const handles: Promise<WorkflowHandle>[] = [];
    for (const request of requests) {
      handles.push(start(request));
      if (handles.length === requests.length / 2) await replaceWorker();
      else await sleep(30);
    }

    const outcomes = await Promise.all(handles.map(async (handle) => outcomeOf(await handle)));

    expect(outcomes.map(({ status }) => status)).toEqual(requests.map(() => 'completed'));
    for (const { clientOrderId } of requests) await expectTruth(database.trades, simulator, clientOrderId);
    expectNoDoubles(simulator);
  }, 180_000);
});
