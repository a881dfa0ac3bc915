/** Scenario 25: the way to the database is slow, silent or cut at the moment an order is placed or ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type Database } from '../../src/database/database.ts';
import { feedWorkflowId } from '../../src/domain/task-queues.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { monitored } from '../support/scenario.ts';
import { deadline, eventually } from '../support/waiting.ts';

/** Several searches of the feed. */
const AWAY_FOR_MS = 7_000;
/** Longer than the window of an order here, shorter than an answer may take before its connection is given up. */
const LATE_MS = 4_500;

let test: TestEngine;
/** Past the proxy. */
let straight: Database;
beforeAll(async () => {
  test = await startTestEngine({ push: true, links: true });
  straight = await openDatabase({ url: test.databaseUrl });
});
afterAll(async () => {
  await test?.stop();
  await straight?.close();
});

/** Holds back the answer to the next statement with all of these texts, in itself or its parameters. Resolves when it was sent. */
function holdNextAnswer(texts: readonly string[], forMs: number): Promise<void> {
  return new Promise((begun) => {
    const stopListening = test.links.database.onSent((chunk, connection) => {
      if (!texts.every((text) => chunk.includes(text))) return;
      stopListening();
      connection.fail({ kind: 'stall', direction: 'downstream' });
      setTimeout(() => connection.heal(), forMs);
      begun();
    });
  });
}

/** By how much each POST was within its window, in milliseconds; below 0: it was late. */
async function leftAtEachPost({ clientOrderId }: OrderRequest): Promise<number[]> {
  const trade = await test.trades.find(clientOrderId);
  if (trade === null) throw new Error(`${clientOrderId} has no row`);
  const closesAtMs = Date.parse(trade.createdAt) + trade.policy.placeForMs;
  return test.simulator.ledger.posts(clientOrderId).map(({ receivedAt }) => closesAtMs - Date.parse(receivedAt));
}

describe('a placement permission whose answer comes late', () => {
  it('for the first attempt sends nothing once the window is over, and the order has not been placed', async () => {
    const request = marketOrder({ policy: { placeForMs: LATE_MS - 500 } });
    const held = holdNextAnswer(['insert into trades', request.clientOrderId], LATE_MS);
    const handle = await test.start(request);
    await deadline(held, 30_000, 'the permit to be asked for');

    expect(await test.outcome(handle)).toMatchObject({
      state: 'closed',
      status: 'failed',
      reason: 'NOT_PLACED_IN_TIME',
    });
    expect(await leftAtEachPost(request)).toEqual([]);
    expect((await test.trades.events(request.clientOrderId)).map(({ cause }) => cause)).toContain('post_attempt');
  });

  it('for a further attempt sends nothing once the window is over, and the order is stale', async () => {
    const request = marketOrder({ policy: { placeForMs: LATE_MS - 500 } });
    const { clientOrderId } = request;
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId },
      do: { kind: 'reset', when: 'before' },
    });
    const held = holdNextAnswer(['post_attempts = post_attempts + 1', clientOrderId], LATE_MS);
    await test.start(request);
    await deadline(held, 30_000, 'the second permit to be asked for');

    await test.untilState(clientOrderId, ({ status }) => status === 'stale');
    expect(await leftAtEachPost(request)).toEqual([expect.any(Number)]);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ postAttempts: 2, postDenials: 1 });
  });

  it('longer than a query may take is asked for again, and the order is placed once, in time', async () => {
    const request = marketOrder({ policy: { placeForMs: 9_000 } });
    const held = holdNextAnswer(['insert into trades', request.clientOrderId], 12_000);
    const handle = await test.start(request);
    await deadline(held, 30_000, 'the permit to be asked for');

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    const left = await leftAtEachPost(request);
    expect(left).toHaveLength(1);
    expect(Math.min(...left)).toBeGreaterThan(0);
  });
});

describe('established connections that go silent while new ones work', () => {
  it('hold up the end of no order for longer than 10 s', async () => {
    const requests = Array.from({ length: 20 }, () => limitOrder());
    await Promise.all(requests.map((request) => monitored(test, request)));

    test.links.database.fail({ kind: 'drop', connections: 'existing' });
    for (const { clientOrderId } of requests) test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    const isCommitted = async ({ clientOrderId }: OrderRequest): Promise<boolean> =>
      (await straight.trades.find(clientOrderId))?.status === 'completed';
    const committed = eventually(async () => (await Promise.all(requests.map(isCommitted))).every(Boolean), {
      withinMs: 10_000,
      what: 'twenty ends to be committed',
    });
    await deadline(committed, 10_000, 'twenty ends to be committed');
    expect(requests.flatMap(({ clientOrderId }) => test.simulator.ledger.posts(clientOrderId))).toHaveLength(20);
  });
});

describe('a database that is away while a placement is unknown', () => {
  it('does not end the feed, which finds the order within 10 s of its return', async () => {
    const request = marketOrder({ policy: { placeForMs: 3_000 } });
    const { clientOrderId } = request;
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId },
      do: { kind: 'reset', when: 'after' },
    });
    test.simulator.faults.add({
      match: { endpoint: 'listOrders' },
      do: { kind: 'answer', when: 'before', status: 503, body: 'N/A' },
    });
    // Nor does a push tell of it.
    test.links.push.fail({ kind: 'cut' });
    await test.start(request);
    await test.untilState(clientOrderId, ({ status }) => status === 'stale');
    const attempt = await feedAttempt();

    test.links.database.fail({ kind: 'cut' });
    await sleep(AWAY_FOR_MS);
    test.simulator.faults.clear();
    test.links.database.heal();

    const found = eventually(async () => (await straight.trades.find(clientOrderId))?.status === 'completed', {
      withinMs: 10_000,
      what: 'the order to be found',
    });
    await deadline(found, 10_000, 'the order to be found');
    expect(await feedAttempt()).toEqual(attempt);
  });
});

/** The attempts of the feed's activity so far: another one would begin with nothing but its heartbeat. */
async function feedAttempt(): Promise<number | undefined> {
  const { raw } = await test.client.workflow.getHandle(feedWorkflowId(test.taskQueue)).describe();
  return raw.pendingActivities?.[0]?.attempt ?? undefined;
}
