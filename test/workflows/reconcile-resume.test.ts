/** Runs that are only tried, made twice, or interrupted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter, type WorkflowHandle } from '@temporalio/client';
import { OrderSyncClient } from '../../src/client/index.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import type { ReconcileReport, StepReport } from '../../src/domain/reconciliation/report.ts';
import { missedCancel, missedFill } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { endsAmong, untilRow } from '../support/scenario.ts';
import { MINUTE_MS, named, startWorld, type World } from '../support/reconciling.ts';
import { deadline, eventually } from '../support/waiting.ts';

let test: TestEngine;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
});
afterAll(() => world?.stop());

describe('a dry run', () => {
  it('says what would be an issue, and writes, signals and alerts nothing', async () => {
    const { clientOrderId } = await missedFill(world);
    const alertsBefore = test.alerts.length;

    const report = await world.reconcile({ dryRun: true });

    expect(report).toMatchObject({ runId: null, status: 'complete', issuesFound: 1 });
    expect(report.differences).toMatchObject([
      { kind: 'missed_fill', clientOrderId, disposition: 'new', exchangeStatus: 'FILLED' },
    ]);
    expect(await world.issues(false)).toEqual([]);
    expect(await world.sql('select * from reconciliation_runs')).toEqual([]);
    expect(await world.sql('select * from discrepancies')).toEqual([]);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
    expect(test.alerts.slice(alertsBefore)).toEqual([]);
    await world.reconcile();
  });
});

describe('two runs at once', () => {
  it('find each difference once', async () => {
    const order = await missedCancel(world);

    const reports = await Promise.all([world.reconcile(), world.reconcile()]);

    expect(reports.reduce((sum, { issuesFound }) => sum + issuesFound, 0)).toBe(1);
    const issues = (await world.issues(false)).filter(({ clientOrderId }) => clientOrderId === order.clientOrderId);
    expect(issues).toHaveLength(1);
  });
});

describe('a manual sync while reconciliation works on the same order', () => {
  it.each(['while its workflow runs', 'after its workflow was closed'])('%s: one end, one report', async (when) => {
    const { clientOrderId, orderId } = await (when.startsWith('while') ? world.watched() : world.unwatched());
    world.act(clientOrderId, { do: 'fill' });

    const [, synced] = await Promise.all([world.reconcile(), sync(clientOrderId)]);
    await untilRow(test, { clientOrderId }, ({ status }) => status === 'completed');
    await world.recordFills();

    expect(synced.after).toMatchObject({ status: 'completed', filledSize: '0.002' });
    expect(['pending', 'completed']).toContain(synced.before.status);
    expect(endsAmong(await test.trades.events(clientOrderId))).toHaveLength(1);
    expect(await test.trades.fillsOf(orderId)).toHaveLength(1);
  });

  async function sync(clientOrderId: string): Promise<SyncReport> {
    const orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
    return orders.sync(clientOrderId, { requestedBy: 'alice', reason: 'impatient' });
  }
});

describe('a run whose workers stop', () => {
  const TRADES_A_PAGE = 500;
  /** 50 ids each. */
  const REQUESTS_A_PAGE = 10;
  /** The exchange's list of open orders, which each attempt begins with. */
  const LIST = 2;
  const TRADES = 2 * TRADES_A_PAGE + 1;

  let own: TestEngine;
  let place: World;
  beforeAll(async () => {
    place = await startWorld();
    own = place.test;
    // So all but one of the trades are asked for by id.
    own.simulator.listing.maxOpenOrders = 1;
  });
  afterAll(() => place?.stop());

  const asked = (): number => own.simulator.ledger.requestCount('listOrders');

  /** The exchange answers for one page more and then no more; resolves when the run asks for what follows it. */
  async function untilNextPageIsDone(begin: () => Promise<void>): Promise<void> {
    const hang = { kind: 'hang', when: 'before' } as const;
    own.simulator.faults.add({ match: { endpoint: 'listOrders', skip: LIST + REQUESTS_A_PAGE }, do: hang });
    const before = asked();
    await begin();
    await eventually(() => asked() > before + LIST + REQUESTS_A_PAGE, {
      withinMs: 60_000,
      what: 'the page after the next',
    });
  }

  async function down(): Promise<void> {
    await own.down();
    own.simulator.faults.clear();
  }

  /** What Temporal has of the step at work, and gives to the next worker however this one ends. */
  async function tradesSaved(handle: WorkflowHandle): Promise<number | undefined> {
    const { raw } = await handle.describe();
    const payload = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads?.[0];
    return payload && defaultPayloadConverter.fromPayload<{ report: StepReport }>(payload).report.tradesChecked;
  }

  it('continues after the last completed page, and counts nothing twice', async () => {
    const orders = Array.from({ length: TRADES - 1 }, () => place.order());
    // Written too lately to lack a workflow.
    await place.trades(orders, { updated_at: new Date(Date.now() + 10 * MINUTE_MS).toISOString() });
    const missed = place.order();
    await place.trade(missed);
    place.act(missed.clientOrderId, { do: 'cancel' });
    const whole = await place.reconcile({ dryRun: true });
    const wholeAsked = asked();
    const run = { taskQueue: own.taskQueue, workflowId: `reconcile-${randomUUID()}`, args: [{}] };
    const handle = own.client.workflow.getHandle(run.workflowId);

    await untilNextPageIsDone(async () => void (await own.client.workflow.start('reconcileWorkflow', run)));
    await down();
    expect(await tradesSaved(handle)).toBe(TRADES_A_PAGE);

    await untilNextPageIsDone(() => own.up());
    // Without the worker's help, because one that is killed gives none.
    await eventually(async () => (await tradesSaved(handle)) === 2 * TRADES_A_PAGE, {
      withinMs: 10_000,
      what: 'the second page to be saved',
    });
    await down();

    const before = asked();
    await own.up();
    const report = (await deadline(handle.result(), 60_000, 'the run')) as ReconcileReport;
    expect(asked() - before).toBe(wholeAsked - LIST - 2 * REQUESTS_A_PAGE);
    const { tradesChecked, ordersSeen } = whole;
    const requestsUsed = whole.requestsUsed + LIST;
    expect(report).toMatchObject({ status: 'complete', gaps: [], tradesChecked, ordersSeen, requestsUsed });
    expect(tradesChecked).toBe(TRADES);
    expect(named(await place.issues())).toEqual([`${missed.clientOrderId} missed_cancel`]);
  });
});
