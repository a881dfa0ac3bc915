import { gzipSync } from 'node:zlib';
import type { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderVerdict } from '../../src/audit/verify/judge.ts';
import { proveOrders } from '../../src/audit/log/prove.ts';
import type { Evidence } from '../../src/audit/verify/evidence.ts';
import { liveEvidence, type Deployment } from '../../src/audit/verify/live-evidence.ts';
import { readOrders } from '../../src/audit/verify/read-orders.ts';
import type { Summary } from '../../src/cli/audit/verify-many.ts';
import { UNENCRYPTED } from '../../src/encryption/payload-codec.ts';
import { createOrm } from '../../src/database/orm.ts';
import { OrderSyncClient } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { withDefaults } from '../../src/domain/order/policy.ts';
import { limitOrder, marketOrder, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { startAuditFixture, type AuditFixture } from './audit-fixture.ts';
import type { CommandLine } from './command-line.ts';

const APPEND_ONLY = ['fills', 'order_events', 'workflow_histories'];

let fixture: AuditFixture;
let test: TestEngine;
let line: CommandLine;
let filled: AuditFixture['filled'];
let archive: AuditFixture['archive'];
let orders: OrderSyncClient;
let orm: MikroORM;
/** Of an order that is archived, and that Temporal is about to drop. */
let dropped: string;
beforeAll(async () => {
  fixture = await startAuditFixture();
  ({ test, line, filled, archive } = fixture);
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
  orm = createOrm(test.databaseUrl, new URL(test.databaseUrl).pathname.slice(1), 2);
  dropped = (await filled()).clientOrderId;
  await archive(dropped);
  await dropByTemporal(dropped);
});
afterAll(async () => {
  await orm?.close();
  await fixture?.stop();
});

async function verified(
  clientOrderId: string,
  by: CommandLine = line,
): Promise<{ status: number; err: string; verdict: OrderVerdict }> {
  const { status, out, err } = await by('audit', 'verify', clientOrderId, '--json');
  return { status, err, verdict: JSON.parse(out) as OrderVerdict };
}

/** Changes the record behind the engine's back, as somebody with the owner's password could. */
async function tamper(statement: string, ...parameters: unknown[]): Promise<void> {
  await orm.em.fork().transactional(async (em) => {
    for (const table of APPEND_ONLY) await em.execute(`alter table ${table} disable trigger user`);
    await em.execute(statement, parameters);
    for (const table of APPEND_ONLY) await em.execute(`alter table ${table} enable trigger user`);
  });
}

/** As after the retention of its namespace. The server takes half a minute for it. */
async function dropByTemporal(clientOrderId: string): Promise<void> {
  const workflowExecution = { workflowId: workflowIdOf(clientOrderId) };
  await test.client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
}

function deployment(temporal = test.client): Deployment {
  const { trades, histories, log } = test.engine.database;
  return { trades, histories, temporal, codec: UNENCRYPTED, leavesOf: (...ids) => proveOrders(log, ids, 0) };
}

function isGone(clientOrderId: string): Promise<boolean> {
  const latest = test.client.workflow.getHandle(workflowIdOf(clientOrderId)).describe();
  return latest.then(
    () => false,
    () => true,
  );
}

describe('audit verify', () => {
  it('derives the states of an order from its history, and confirms the record', async () => {
    const { clientOrderId } = await filled();

    const { status, err, verdict } = await verified(clientOrderId);

    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(verdict).toMatchObject({ clientOrderId, outcome: 'verified', differences: [], unproven: 0 });
    expect(verdict.runs).toMatchObject([{ status: 'COMPLETED' }]);
    expect(verdict.timeline.map(({ state, cause }) => [state, cause])).toEqual([
      ['placed', 'intent'],
      ['placed', 'post_attempt'],
      ['immediate-check', 'accepted'],
      ['completed', 'observed'],
      ['completed', 'fills'],
    ]);
  });

  it('prints the timeline and the verdict', async () => {
    const { clientOrderId } = await filled();

    const { status, out } = await line('audit', 'verify', clientOrderId);

    expect(status).toBe(0);
    expect(out).toMatch(/^TIME +STATE +STATUS +CAUSE/);
    expect(out).toMatch(/\n\S+Z +immediate-check +placing +accepted +post/);
    expect(out).toMatch(/\n {2}run \S+ +COMPLETED, \d+ history events, replayed\n/);
    expect(out).toMatch(/: history, order_events and trade agree\.\n$/);
  });

  it('follows an order through a manual sync, a terminated workflow and another run', async () => {
    const request = limitOrder({ policy: { ...SLOW, monitorIntervalMs: 1_000 } });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    await orders.sync(clientOrderId, { requestedBy: 'mia \u0000 and half \ud800', reason: 'looks slow' });
    await handle.terminate('by mistake');
    await orders.sync(clientOrderId, { requestedBy: 'alice' });
    test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
    await orders.cancel(clientOrderId, { requestedBy: 'bob', reason: 'enough' });
    await orders.waitForRelease(clientOrderId, { timeoutMs: 60_000 });
    await orders.sync(clientOrderId, { requestedBy: 'carol' });

    const { status, verdict } = await verified(clientOrderId);

    expect(verdict.differences).toEqual([]);
    expect(status).toBe(0);
    expect(verdict.runs.map(({ status: how }) => how)).toEqual(['TERMINATED', 'COMPLETED', 'COMPLETED']);
    expect(verdict.timeline.flatMap(({ requestedBy }) => requestedBy ?? [])).toEqual(
      expect.arrayContaining(['alice', 'bob', 'carol']),
    );
    expect(new Set(verdict.timeline.flatMap(({ sentBy }) => sentBy ?? []))).toEqual(
      new Set([test.client.options.identity]),
    );
    const events = await test.trades.events(clientOrderId);
    expect(verdict.timeline.map(({ cause }) => cause)).toEqual(events.map(({ cause }) => cause));
  });

  it('finds all runs of an order while the lists of Temporal lag behind', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    await (await monitored(test, request)).terminate('by mistake');
    await orders.sync(clientOrderId, { requestedBy: 'alice' });
    const workflow = Object.create(test.client.workflow, { list: { value: async function* () {} } });
    const temporal = Object.create(test.client, { workflow: { value: workflow } });

    const evidence = await liveEvidence(deployment(temporal), clientOrderId);

    expect(evidence.runs.map(({ status }) => status)).toEqual(['TERMINATED', 'RUNNING']);
  });

  it('verifies a workflow that was reset to its beginning', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
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

    expect((await verified(clientOrderId)).verdict).toMatchObject({ differences: [], outcome: 'verified' });
  });

  it('verifies an order that is still open, and an adopted one', async () => {
    const open = limitOrder({ policy: SLOW });
    await monitored(test, open);
    const { order } = test.simulator.exchange.place({
      clientOrderId: 'audited-and-adopted',
      productId: 'BTC-USD',
      side: 'BUY',
      configuration: { market_market_ioc: { quote_size: '10.00' } },
    });
    await line('adopt', order.orderId, '--bot', 'bot7');

    for (const id of [open.clientOrderId, 'audited-and-adopted']) {
      expect((await verified(id)).verdict).toMatchObject({ differences: [], outcome: 'verified' });
    }
  });

  it('detects that an archived history was changed', async () => {
    const { clientOrderId } = await filled();
    const json = await archive(clientOrderId);
    const other = gzipSync(json.replace('"eventId": "1"', '"eventId": "2"'));
    await tamper('update workflow_histories set history = ? where client_order_id = ?', other, clientOrderId);

    const { status, verdict } = await verified(clientOrderId);

    expect(status).toBe(1);
    expect(verdict.differences[0]).toMatch(
      /^the history of run \S+ does not hash to what was archived: its SHA-256 is [0-9a-f]{64}/,
    );
  });

  it('says that there is no history of the order', async () => {
    const request = marketOrder();
    await test.trades.insertIntent(
      { ...request, policy: withDefaults(null) },
      { requestedAt: new Date().toISOString(), attempt: false },
    );

    const { status, err } = await line('audit', 'verify', request.clientOrderId);

    expect(status).toBe(1);
    expect(err).toContain(`order ${request.clientOrderId} cannot be replayed: no history of it is archived`);
  });
});

describe('many orders that are read at once', () => {
  /** Unchanged for an hour. */
  async function old({ isArchived = true } = {}): Promise<string> {
    const { clientOrderId } = await filled();
    if (isArchived) await archive(clientOrderId);
    await tamper(
      "update trades set updated_at = updated_at - interval '1 hour' where client_order_id = ?",
      clientOrderId,
    );
    return clientOrderId;
  }

  async function readAll(ids: readonly string[]): Promise<Map<string, Evidence | null>> {
    const found = new Map<string, Evidence | null>();
    for await (const { clientOrderId, settled } of readOrders(deployment(), ids)) {
      found.set(clientOrderId, settled?.() ?? null);
    }
    return found;
  }

  it('have the evidence that each of them has by itself', async () => {
    const ids = [await old(), await old()];

    const read = await readAll(ids);

    expect([...read.keys()]).toEqual(ids);
    for (const id of ids) expect(read.get(id)).toEqual(await liveEvidence(deployment(), id));
  });

  it('are left to be looked at by themselves where the database may not have all of them', async () => {
    const noted = await old({ isArchived: false });
    const recent = (await filled()).clientOrderId;
    await archive(recent);
    const unarchived = await old();
    await tamper('delete from workflow_histories where client_order_id = ?', unarchived);
    const ids = [noted, recent, unarchived];

    const read = await eventually(
      async () => {
        const all = await readAll(ids);
        return all.get(unarchived) === null && all;
      },
      { withinMs: 30_000, what: 'Temporal to list the run that is not archived' },
    );

    expect([...read]).toEqual(ids.map((id) => [id, null]));
  });

  it('are each verified, and those named that are not', async () => {
    const [good, bad] = [await old(), await old()];
    await tamper('update trades set total_fees = 0 where client_order_id = ?', bad);

    const { status, out } = await line('audit', 'verify', '--all', '--json');

    const { orders, verdicts } = JSON.parse(out) as Summary;
    expect(status).toBe(1);
    expect(orders).toBeGreaterThan(2);
    expect(verdicts.find(({ clientOrderId }) => clientOrderId === good)).toBeUndefined();
    expect(verdicts.find(({ clientOrderId }) => clientOrderId === bad)).toMatchObject({
      outcome: 'differs',
      differences: [expect.stringMatching(/the events leave the row with totalFees/)],
    });
  });
});

describe('audit verify, of a record that was tampered with', () => {
  const WAYS: readonly [what: string, statement: string, difference: RegExp][] = [
    [
      'a figure of the row',
      'update trades set total_fees = 0 where client_order_id = ?',
      /the events leave the row with totalFees "0\.0\d+", but it has "0"/,
    ],
    [
      'the status of the row',
      "update trades set status = 'cancelled' where client_order_id = ?",
      /the events leave the row with status "completed", but it has "cancelled"/,
    ],
    [
      'what the intent was',
      'update order_events set evidence = evidence || \'{"side":"SELL"}\' where client_order_id = ? and cause = \'intent\'',
      /the event intent of \S+ has evidence .*SELL.*, but its fact makes .*BUY/,
    ],
    [
      'an event',
      'update order_events set evidence = \'{"status":"CANCELLED"}\' where client_order_id = ? and cause = \'observed\'',
      /the event observed of \S+ has evidence .*CANCELLED.*, but its fact makes .*FILLED/,
    ],
    [
      'who asked',
      "update order_events set requested_by = 'nobody' where client_order_id = ? and cause = 'observed'",
      /has requestedBy "nobody", but its fact makes null/,
    ],
    [
      'what the fills add up to',
      'update fills set commission = commission + 1 where order_id = (select order_id from trades where client_order_id = ?)',
      /the events leave the row with totalFees "1\.\d+", but it has "0\.\d+"/,
    ],
    [
      'an event that is gone',
      "delete from order_events where client_order_id = ? and cause = 'observed'",
      /begins at completed, after placing/,
    ],
    [
      'the intent that is gone',
      "delete from order_events where client_order_id = ? and cause = 'intent'",
      /the event post_attempt of \S+ has no cause: it is the first event and not an intent/,
    ],
  ];

  it.each(WAYS)('exits 1 and names it: %s', async (_what, statement, difference) => {
    const { clientOrderId } = await filled();
    expect((await verified(clientOrderId)).status).toBe(0);

    await tamper(statement, clientOrderId);
    const { status, err, verdict } = await verified(clientOrderId);

    expect(status).toBe(1);
    expect(verdict.outcome).toBe('differs');
    expect(verdict.differences[0]).toMatch(difference);
    expect(err).toBe(`error: order ${clientOrderId} disagrees with its history: ${verdict.differences[0]}\n`);
  });

  it('names an event that is missing, and one that the run never made', async () => {
    const { clientOrderId } = await filled();
    await orders.sync(clientOrderId, { requestedBy: 'alice' });
    expect((await verified(clientOrderId)).verdict.differences).toEqual([]);
    const requested = "from order_events where client_order_id = ? and requested_by = 'alice'";

    await tamper(
      `insert into order_events (client_order_id, from_status, to_status, state, cause, source, fact_key)
       select client_order_id, to_status, to_status, state, 'manual_sync', 'look', fact_key || '9' ${requested}`,
      clientOrderId,
    );
    await tamper(`delete ${requested}`, clientOrderId);

    expect((await verified(clientOrderId)).verdict.differences).toEqual([
      expect.stringMatching(/the event manual_sync of \S+ is in order_events, but the history has no such fact/),
      expect.stringMatching(/the fact observed of \S+ is not in order_events/),
    ]);
  });

  it('counts an event whose fact is in no history, and does not call it a difference', async () => {
    const { clientOrderId } = await filled();
    await tamper(
      `insert into order_events (client_order_id, from_status, to_status, state, cause, source, fact_key)
       select client_order_id, to_status, to_status, state, 'late_observation', 'sweep', 'sweep/1' from order_events
       where client_order_id = ? and cause = 'fills'`,
      clientOrderId,
    );

    const { status, verdict } = await verified(clientOrderId);

    expect(verdict).toMatchObject({ differences: [], outcome: 'verified', unproven: 1 });
    expect(status).toBe(0);
  });
});

describe('audit verify, of an order that Temporal has dropped', () => {
  it('reads its histories from the archive, and replays them by the code of this program where no build is kept', async () => {
    await eventually(() => isGone(dropped), { withinMs: 90_000, what: `${dropped} to be dropped` });

    const { status, verdict } = await verified(dropped, fixture.lineWithoutBuilds);

    expect(verdict).toMatchObject({
      outcome: 'verified',
      differences: [],
      unproven: 0,
      runs: [{ status: 'COMPLETED' }],
    });
    expect(status).toBe(0);
  }, 120_000);
});
