import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../src/audit/verify.ts';
import { createOrm } from '../../src/database/orm.ts';
import { OrderSyncClient, type OrderRequest } from '../../src/client/index.ts';
import { withDefaults } from '../../src/domain/order/policy.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { commandLine, type CommandLine } from './command-line.ts';

/** The first audit of a process bundles the workflows, which is work for a processor. */
const BUNDLING_MS = 90_000;
const SLOW = { immediateCheckAttempts: 1, monitorIntervalMs: 60_000 };

let test: TestEngine;
let line: CommandLine;
let orders: OrderSyncClient;
let orm: MikroORM;
beforeAll(async () => {
  test = await startTestEngine();
  line = commandLine({ environment: { ...test.environment, USER: 'carol' }, taskQueue: test.taskQueue });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  orm = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2);
});
afterAll(async () => {
  await orm?.close();
  await test?.stop();
});

async function verified(clientOrderId: string): Promise<{ status: number; err: string; verdict: Verdict }> {
  const { status, out, err } = await line('audit', 'verify', clientOrderId, '--json');
  return { status, err, verdict: JSON.parse(out) as Verdict };
}

async function filled(): Promise<OrderRequest> {
  const request = marketOrder();
  await test.outcome(await test.start(request));
  return request;
}

/** Changes the record behind the engine's back, as somebody with the owner's password could. */
async function tamper(statement: string, ...parameters: unknown[]): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    await em.execute('alter table order_events disable trigger user');
    await em.execute(statement, parameters);
    await em.execute('alter table order_events enable trigger user');
  });
}

describe('audit verify', () => {
  it(
    'derives the states of an order from its history, and finds that the record agrees',
    async () => {
      const { clientOrderId } = await filled();

      const { status, err, verdict } = await verified(clientOrderId);

      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(verdict).toMatchObject({ clientOrderId, agrees: true, differences: [], unproven: 0 });
      expect(verdict.runs).toMatchObject([{ status: 'COMPLETED' }]);
      expect(verdict.timeline.map(({ state, cause }) => [state, cause])).toEqual([
        ['placed', 'intent'],
        ['immediate-check', 'accepted'],
        ['completed', 'observed'],
        ['completed', 'fills'],
      ]);
    },
    BUNDLING_MS,
  );

  it('prints the timeline and the verdict', async () => {
    const { clientOrderId } = await filled();

    const { status, out } = await line('audit', 'verify', clientOrderId);

    expect(status).toBe(0);
    expect(out).toMatch(/^TIME +STATE +STATUS +CAUSE/);
    expect(out).toMatch(/\n\S+Z +immediate-check +placing +accepted +post/);
    expect(out).toMatch(/\n {2}run \S+ +COMPLETED, \d+ history events, replayed\n/);
    expect(out).toMatch(/: history, order_events and trade agree\.\n$/);
  });

  it('follows an order through a sync by hand, a terminated workflow and a second life', async () => {
    const request = limitOrder({ policy: { ...SLOW, monitorIntervalMs: 1_000 } });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);
    await test.untilState(clientOrderId, ({ status }) => status === 'pending');
    await orders.sync(clientOrderId, { requestedBy: 'mia \u0000 and half \ud800', reason: 'looks slow' });
    await handle.terminate('by mistake');
    await orders.sync(clientOrderId, { requestedBy: 'alice' });
    test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
    await orders.cancel(clientOrderId, { requestedBy: 'bob', reason: 'enough' });
    await orders.waitForRelease(clientOrderId, { timeoutMs: 20_000 });
    await orders.result(clientOrderId, { timeoutMs: 40_000 });
    await orders.sync(clientOrderId, { requestedBy: 'carol' });

    const { status, verdict } = await verified(clientOrderId);

    expect(verdict.differences).toEqual([]);
    expect(status).toBe(0);
    expect(verdict.runs.map(({ status: how }) => how)).toEqual(['TERMINATED', 'COMPLETED', 'COMPLETED']);
    expect(verdict.timeline.flatMap(({ requestedBy }) => requestedBy ?? [])).toEqual(
      expect.arrayContaining(['alice', 'bob', 'carol']),
    );
    const events = await test.trades.events(clientOrderId);
    expect(verdict.timeline.filter(({ cause }) => cause !== 'row read')).toHaveLength(
      events.filter(({ cause }) => cause !== 'post_attempt').length,
    );
  });

  it('goes with a workflow that was reset to its beginning', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);
    await test.untilState(clientOrderId, ({ status }) => status === 'pending');
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    const finished = events?.find(({ workflowTaskCompletedEventAttributes: done }) => done)?.eventId;
    await test.client.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId: handle.workflowId, runId },
      ...(finished && { workflowTaskFinishEventId: finished }),
      reason: 'an operator tries it',
      requestId: clientOrderId,
    });
    await orders.sync(clientOrderId);

    expect((await verified(clientOrderId)).verdict).toMatchObject({ differences: [], agrees: true });
  });

  it('verifies an order that is still open, and an adopted one', async () => {
    const open = limitOrder({ policy: SLOW });
    test.simulator.exchange.setPlan(open, {});
    await test.start(open);
    await test.untilState(open.clientOrderId, ({ status }) => status === 'pending');
    const { order } = test.simulator.exchange.place({
      clientOrderId: 'audited-and-adopted',
      productId: 'BTC-USD',
      side: 'BUY',
      configuration: { market_market_ioc: { quote_size: '10.00' } },
    });
    await line('adopt', order.orderId, '--bot', 'bot7');

    for (const id of [open.clientOrderId, 'audited-and-adopted']) {
      expect((await verified(id)).verdict).toMatchObject({ differences: [], agrees: true });
    }
  });

  it('says that Temporal has no history of the order', async () => {
    const request = marketOrder();
    await test.trades.insertIntent({ ...request, policy: withDefaults(null) }, new Date().toISOString());

    const { status, err } = await line('audit', 'verify', request.clientOrderId);

    expect(status).toBe(1);
    expect(err).toContain(`Temporal has no history of order ${request.clientOrderId}`);
  });
});

describe('audit verify, of a record that was tampered with', () => {
  const WAYS: readonly [what: string, statement: string, difference: RegExp][] = [
    [
      'a figure of the row',
      'update trades set total_fees = 0 where client_order_id = ?',
      /left the row with totalFees "0\.0\d+", but it has "0"/,
    ],
    [
      'the status of the row',
      "update trades set status = 'cancelled' where client_order_id = ?",
      /the last|ends at completed, but the row has cancelled/,
    ],
    [
      'an event',
      'update order_events set evidence = \'{"status":"CANCELLED"}\' where client_order_id = ? and cause = \'observed\'',
      /the decision observed of \S+ has evidence .*FILLED.* but order_events .*CANCELLED/,
    ],
    [
      'who asked',
      "update order_events set requested_by = 'nobody' where client_order_id = ? and cause = 'observed'",
      /has requested_by null, but order_events "nobody"/,
    ],
    [
      'an event that is gone',
      "delete from order_events where client_order_id = ? and cause = 'fills'",
      /the decision fills of \S+ is not in order_events/,
    ],
    [
      'the intent that is gone',
      "delete from order_events where client_order_id = ? and cause = 'intent'",
      /is the first, instead of the intent/,
    ],
    [
      'an event that nobody decided',
      `insert into order_events (client_order_id, from_status, to_status, state, cause, source, change_key)
       select client_order_id, to_status, to_status, state, 'manual_sync', 'look', change_key || '9' from order_events
       where client_order_id = ? and cause = 'fills'`,
      /the event manual_sync of \S+ stands in order_events, but the history has no such decision/,
    ],
  ];

  it.each(WAYS)('exits 1 and names it: %s', async (_what, statement, difference) => {
    const { clientOrderId } = await filled();
    expect((await verified(clientOrderId)).status).toBe(0);

    await tamper(statement, clientOrderId);
    const { status, err, verdict } = await verified(clientOrderId);

    expect(status).toBe(1);
    expect(verdict.agrees).toBe(false);
    expect(verdict.differences[0]).toMatch(difference);
    expect(err).toBe(`error: order ${clientOrderId} disagrees with its history: ${verdict.differences[0]}\n`);
  });
});
