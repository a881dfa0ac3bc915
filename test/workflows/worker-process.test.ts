import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { startTemporal, type RunningTemporal } from '../../src/local/temporal.ts';
import { workflowIdOf, type OrderRequest } from '../../src/order/order-request.ts';
import type { OrderOutcome } from '../../src/order/trade.ts';
import { createKey, startSimulator, type FaultAction, type Simulator } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { testDatabase } from '../support/resources.ts';
import { expectNoDoubles, expectTruth } from '../support/truth.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { runWorkerProcess, startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

const QUICK = { immediateCheckAttempts: 1, monitorIntervalMs: 500 };
const NAMESPACE = 'desk';

let temporal: RunningTemporal;
let connection: Connection;
let client: Client;
let simulator: Simulator;
let database: Database;
let settings: Record<string, string>;
let worker: WorkerProcess | undefined;

/** A Temporal server of its own, because a worker process takes the queue `orders`; and a namespace that is not the default. */
beforeAll(async () => {
  const key = createKey();
  simulator = await startSimulator({ keys: [{ name: key.name, publicKeyPem: key.publicKeyPem }] });
  temporal = await startTemporal({ namespace: NAMESPACE });
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, namespace: NAMESPACE });
  const databaseUrl = await testDatabase();
  settings = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    DATABASE_URL: databaseUrl,
    COINBASE_REST_URL: simulator.url,
    COINBASE_API_KEY_NAME: key.name,
    COINBASE_API_PRIVATE_KEY: key.privateKeyPem,
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

function start(request: OrderRequest): Promise<WorkflowHandle> {
  const workflowId = workflowIdOf(request.clientOrderId);
  return client.workflow.start('orderWorkflow', { taskQueue: 'orders', workflowId, args: [request] });
}

function untilStatus({ clientOrderId }: OrderRequest, status: string): Promise<unknown> {
  return eventually(async () => (await database.trades.find(clientOrderId))?.status === status, {
    withinMs: 30_000,
    what: `${clientOrderId} to be ${status}`,
  });
}

function outcomeOf(handle: WorkflowHandle): Promise<OrderOutcome> {
  return deadline(handle.result() as Promise<OrderOutcome>, 60_000, `the outcome of ${handle.workflowId}`);
}

function onFirst(endpoint: 'createOrder' | 'getOrder', { clientOrderId }: OrderRequest, fault: FaultAction): void {
  simulator.faults.add({ match: { endpoint, clientOrderId, times: 1 }, do: fault });
}

function untilAsked(endpoint: string, before: number): Promise<unknown> {
  return eventually(() => simulator.ledger.requestCount(endpoint) > before, { withinMs: 30_000, what: endpoint });
}

describe('a worker process', () => {
  it('that is killed between two looks of the immediate check leaves the rest of them to another', async () => {
    const request = marketOrder({ policy: { immediateCheckAttempts: 10, immediateCheckIntervalMs: 3_000 } });
    simulator.exchange.setPlan(request, {});
    const before = simulator.ledger.requestCount('getOrder');
    const handle = await start(request);
    await untilAsked('getOrder', before);

    await worker?.kill();
    simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    worker = await startWorkerProcess(settings);

    expect(await outcomeOf(handle)).toMatchObject({
      status: 'completed',
      immediateFill: true,
      detectedBy: 'immediate-check',
    });
    await expectTruth(database.trades, simulator, request.clientOrderId);
    expect(simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  }, 120_000);

  it('that is killed while the answer to its POST is under way leaves one order, found by the next POST', async () => {
    const request = marketOrder();
    onFirst('createOrder', request, { kind: 'delay', when: 'after', ms: 4_000 });
    const handle = await start(request);
    await eventually(() => simulator.ledger.orderByClientId(request.clientOrderId), {
      withinMs: 30_000,
      what: 'the order',
    });

    await worker?.kill();
    worker = await startWorkerProcess(settings);

    expect(await outcomeOf(handle)).toMatchObject({ status: 'completed' });
    await expectTruth(database.trades, simulator, request.clientOrderId);
    const posts = simulator.ledger.posts(request.clientOrderId);
    expect(posts.map(({ outcome }) => outcome)).toEqual(['created', 'replayed']);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
    expectNoDoubles(simulator);
  }, 120_000);

  it('ends within ten seconds of SIGTERM with status 0, whatever is open, and another goes on with it', async () => {
    const resting = Array.from({ length: 8 }, () => limitOrder({ policy: QUICK }));
    const [beingPosted, beingLookedAt] = [marketOrder(), marketOrder()];
    for (const request of resting) simulator.exchange.setPlan(request, {});
    const handles = await Promise.all(resting.map(start));
    await Promise.all(resting.map((request) => untilStatus(request, 'pending')));
    onFirst('createOrder', beingPosted, { kind: 'hang', when: 'after' });
    onFirst('getOrder', beingLookedAt, { kind: 'hang', when: 'before' });
    handles.push(await start(beingLookedAt), await start(beingPosted));
    await eventually(() => simulator.ledger.postCount(beingPosted.clientOrderId), { withinMs: 30_000, what: 'POST' });

    const startedMs = Date.now();
    const status = await worker?.terminate();

    expect(status).toBe(0);
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    for (const { clientOrderId } of resting) simulator.exchange.act(clientOrderId, { do: 'fill' });
    worker = await startWorkerProcess(settings);
    const outcomes = await Promise.all(handles.map(outcomeOf));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(handles.map(() => 'completed'));
    for (const { clientOrderId } of outcomes) await expectTruth(database.trades, simulator, clientOrderId);
    expectNoDoubles(simulator);
  }, 120_000);
});

describe('a worker process that cannot start', () => {
  it('tells all wrong settings at once, none of their secrets, and ends with status 1', async () => {
    const { status, stdout, stderr } = await runWorkerProcess({
      ...settings,
      DATABASE_URL: 'mysql://user:hunter2@host/x',
      COINBASE_API_PRIVATE_KEY: 'hunter2',
      COINBASE_REQUESTS_PER_SECOND: 'many',
      COINBASE_REST_URL: 'http://exchange.example',
      ORDER_SYNC_HTTP_PORT: '70000',
      ORDER_SYNC_LIVE: 'true',
    });

    expect(status).toBe(1);
    expect(stdout).toBe('');
    const names = [
      'DATABASE_URL',
      'COINBASE_API_PRIVATE_KEY',
      'COINBASE_REQUESTS_PER_SECOND',
      'COINBASE_REST_URL',
      'ORDER_SYNC_HTTP_PORT',
      'ORDER_SYNC_LIVE',
    ];
    for (const name of names) expect(stderr).toMatch(new RegExp(`^ *${name} `, 'm'));
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    ['no exchange', { COINBASE_REST_URL: '' }, 'COINBASE_REST_URL'],
    ['a database that is not there', { DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:1/x' }, '127.0.0.1:1'],
    ['a Temporal server that is not there', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, '127.0.0.1:1'],
    ['a namespace that is not there', { TEMPORAL_NAMESPACE: 'nowhere' }, 'nowhere'],
  ])('for %s says so and ends with status 1', async (_what, change, named) => {
    const { status, stdout, stderr } = await runWorkerProcess({ ...settings, ...change });

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('    at ');
  });
});
