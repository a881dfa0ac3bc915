import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OthersLease } from '../../src/ports/request-leases.ts';
import { createKey, type FaultAction } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { untilRow } from '../support/scenario.ts';
import { expectOnlyRequested, expectTruth } from '../support/truth.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { runWorkerProcess } from '../support/worker-process.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

let fixture: WorkerFixture;
let simulator: WorkerFixture['simulator'];
let database: WorkerFixture['database'];
beforeAll(async () => {
  // A namespace that is not the default.
  fixture = await startWorkerFixture({ namespace: 'desk' });
  ({ simulator, database } = fixture);
});
afterAll(() => fixture?.stop());

function onFirst(endpoint: 'createOrder' | 'getOrder', { clientOrderId }: OrderRequest, fault: FaultAction): void {
  simulator.faults.add({ match: { endpoint, clientOrderId, times: 1 }, do: fault });
}

function untilAsked(endpoint: string, before: number): Promise<unknown> {
  return eventually(() => simulator.ledger.requestCount(endpoint) > before, { withinMs: 30_000, what: endpoint });
}

/** Of all processes, as the next one that renews sees them. */
async function leases(): Promise<readonly OthersLease[]> {
  let seen: readonly OthersLease[] = [];
  await database.requestLeases.renew('a test', (others) => {
    seen = others;
    return { lease: null, lastsMs: 0, expired: [] };
  });
  return seen;
}

async function prolongLeases(lastsMs: number): Promise<void> {
  for (const { processId, ...lease } of await leases())
    await database.requestLeases.renew(processId, () => ({ lease, lastsMs, expired: [] }));
}

describe('a worker process', () => {
  it('that is killed between two looks of the immediate check leaves the rest of them to another', async () => {
    const request = marketOrder({ policy: { immediateCheckAttempts: 10, immediateCheckIntervalMs: 3_000 } });
    simulator.exchange.setPlan(request, {});
    const before = simulator.ledger.requestCount('getOrder');
    const handle = await fixture.start(request);
    // The first look comes with the placing.
    await untilAsked('getOrder', before + 1);

    await fixture.worker.kill();
    simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    await fixture.another();

    expect(await fixture.outcomeOf(handle)).toMatchObject({
      status: 'completed',
      immediateFill: true,
      detectedBy: 'immediate-check',
    });
    await expectTruth(database.trades, simulator, request.clientOrderId);
    expect(simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('that is killed while the answer to its POST is under way leaves one order, found by the next POST', async () => {
    // The next worker may need more than half a minute to start on a busy machine.
    const request = marketOrder({ policy: { placeForMs: 120_000 } });
    onFirst('createOrder', request, { kind: 'delay', when: 'after', ms: 4_000 });
    // By push the fill could be known without an answer.
    simulator.pushFaults.add({ match: { clientOrderId: request.clientOrderId }, do: { kind: 'miss' } });
    const handle = await fixture.start(request);
    await eventually(() => simulator.ledger.orderByClientId(request.clientOrderId), {
      withinMs: 30_000,
      what: 'the order',
    });

    await fixture.worker.kill();
    await fixture.another();

    expect(await fixture.outcomeOf(handle)).toMatchObject({ status: 'completed' });
    await expectTruth(database.trades, simulator, request.clientOrderId);
    const posts = simulator.ledger.posts(request.clientOrderId);
    expect(posts.map(({ outcome }) => outcome)).toEqual(['created', 'replayed']);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
    expectOnlyRequested(fixture);
  });

  it('that starts alone places orders, however long the lease of a killed one still counts', async () => {
    await fixture.worker.kill();
    await prolongLeases(60 * 60_000);
    await fixture.another();

    const request = marketOrder();
    const handle = await fixture.start(request);

    expect(await fixture.outcomeOf(handle)).toMatchObject({ status: 'completed' });
    expect(await leases()).toHaveLength(2);
  });

  it('ends within ten seconds of SIGTERM with status 0, whatever is open, and another continues with it', async () => {
    const resting = Array.from({ length: 8 }, () => limitOrder({ policy: QUICK }));
    const [beingPosted, beingLookedAt] = [marketOrder(), marketOrder()];
    for (const request of resting) simulator.exchange.setPlan(request, {});
    const handles = await Promise.all(resting.map(fixture.start));
    await Promise.all(resting.map((request) => untilRow(database, request, ({ status }) => status === 'pending')));
    onFirst('createOrder', beingPosted, { kind: 'hang', when: 'after' });
    onFirst('getOrder', beingLookedAt, { kind: 'hang', when: 'before' });
    handles.push(await fixture.start(beingLookedAt), await fixture.start(beingPosted));
    await eventually(() => simulator.ledger.postCount(beingPosted.clientOrderId), { withinMs: 30_000, what: 'POST' });

    const status = await deadline(fixture.worker.terminate(), 10_000, 'the worker to end');

    expect(status).toBe(0);
    for (const { clientOrderId } of resting) simulator.exchange.act(clientOrderId, { do: 'fill' });
    await fixture.another();
    const outcomes = await Promise.all(handles.map(fixture.outcomeOf));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(handles.map(() => 'completed'));
    for (const { clientOrderId } of outcomes) await expectTruth(database.trades, simulator, clientOrderId);
    expectOnlyRequested(fixture);
  });

  it('with a new key takes over while the one with the old key still works, which may then be deleted', async () => {
    const [resting, next] = [limitOrder(), marketOrder()];
    simulator.exchange.setPlan(resting, {});
    const handle = await fixture.start(resting);
    await untilRow(database, resting, ({ status }) => status === 'pending');
    const key = createKey();
    simulator.keys.accept(key);

    const withOldKey = fixture.worker;
    await fixture.another({ COINBASE_API_KEY_NAME: key.name, COINBASE_API_PRIVATE_KEY: key.privateKeyPem });
    expect(await withOldKey.terminate()).toBe(0);
    simulator.keys.revoke(fixture.settings['COINBASE_API_KEY_NAME'] ?? '');

    simulator.exchange.act(resting.clientOrderId, { do: 'fill' });
    expect(await fixture.outcomeOf(handle)).toMatchObject({ status: 'completed' });
    expect(await fixture.outcomeOf(await fixture.start(next))).toMatchObject({ status: 'completed' });
    for (const { clientOrderId } of [resting, next]) await expectTruth(database.trades, simulator, clientOrderId);
  });
});

describe('a worker process that cannot start', () => {
  it('reports all wrong settings at once, none of their secrets, and ends with status 1', async () => {
    const { status, stdout, stderr } = await runWorkerProcess({
      ...fixture.settings,
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
    [
      'a database that does not come',
      { DATABASE_URL: 'postgresql://user:hunter2@127.0.0.1:1/x', ORDER_SYNC_START_WITHIN_SECONDS: '1' },
      'after 1 s of waiting (ORDER_SYNC_START_WITHIN_SECONDS). Start PostgreSQL, or correct DATABASE_URL.',
    ],
    [
      'a Temporal server that does not come',
      { TEMPORAL_ADDRESS: '127.0.0.1:1', ORDER_SYNC_START_WITHIN_SECONDS: '1' },
      'after 1 s of waiting (ORDER_SYNC_START_WITHIN_SECONDS). Start the Temporal server, or correct TEMPORAL_ADDRESS.',
    ],
    ['a namespace that is not there', { TEMPORAL_NAMESPACE: 'nowhere' }, 'nowhere'],
  ])('for %s says so and ends with status 1', async (_what, change, named) => {
    const output = await runWorkerProcess({ ...fixture.settings, ...change });
    expect(output).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(named) });
    expect(output.stderr).not.toMatch(/hunter2| {4}at /);
  });

  it.each([
    ['worker', ''],
    ['start', 'Starting the engine\nStopped; the next start continues with the open orders\n'],
  ] as const)('because a server is not there yet ends with status 0 at SIGTERM: %s', async (command, says) => {
    const settings = { ...fixture.settings, TEMPORAL_ADDRESS: '127.0.0.1:1', ORDER_SYNC_START_WITHIN_SECONDS: '3600' };
    const terminateAt = 'waiting for the Temporal server';
    const { status, stdout } = await runWorkerProcess(settings, { terminateAt, command });

    expect(status).toBe(0);
    expect(stdout).toBe(says);
  });
});
