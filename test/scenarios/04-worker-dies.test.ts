import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { workflowIdOf } from '../../src/order/order-request.ts';
import type { OrderOutcome } from '../../src/order/trade.ts';
import { createKey, startSimulator, type Simulator } from '../../src/simulator/index.ts';
import { marketOrder } from '../support/engine.ts';
import { testDatabase } from '../support/resources.ts';
import { expectEnd, expectNever } from '../support/scenario.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

let temporal: RunningTemporal;
let connection: Connection;
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
}, 60_000);

afterAll(async () => {
  await worker?.kill();
  await database?.close();
  await connection?.close();
  await temporal?.stop();
  await simulator?.close();
});

// https://github.com/chrisleekr/binance-trading-bot
describe('scenario 4: the worker dies between the POST and the database', () => {
  it('and another one finds the order that is there: exactly one, and its row is right', async () => {
    // Long enough for a second attempt after the 10 s in which a dead worker is noticed.
    const request = marketOrder({ policy: { placeForMs: 120_000 } });
    const { clientOrderId } = request;
    const match = { endpoint: 'createOrder', clientOrderId, times: 1 } as const;
    simulator.faults.add({ match, do: { kind: 'hang', when: 'after' } });
    // By push the fill would be known without an answer.
    simulator.pushFaults.add({ match: {}, do: { kind: 'miss' } });
    const workflowId = workflowIdOf(clientOrderId);
    const handle = await new Client({ connection }).workflow.start('orderWorkflow', {
      taskQueue: 'orders',
      workflowId,
      args: [request],
    });
    await eventually(() => simulator.ledger.orderByClientId(clientOrderId)?.status === 'FILLED', {
      withinMs: 20_000,
      what: 'the order at the exchange',
    });
    expect(await database.trades.find(clientOrderId)).toMatchObject({
      status: 'placing',
      orderId: null,
      postAttempts: 1,
    });

    await worker?.kill();
    worker = await startWorkerProcess(settings);

    const outcome = () => deadline(handle.result() as Promise<OrderOutcome>, 60_000, 'the outcome');
    const observed = { trades: database.trades, simulator, outcome };
    const { trade, events } = await expectEnd(observed, handle, '04-worker-dies-before-the-answer', { posts: 2 });
    expect(trade).toMatchObject({ status: 'completed', immediateFill: true, postAttempts: 2 });
    expectNever(events, 'pending', 'stale', 'failed');
    expect(simulator.ledger.posts(clientOrderId).map(({ outcome: became }) => became)).toEqual(['created', 'replayed']);
  }, 120_000);
});
