import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderSyncClient } from '../../src/client/index.ts';
import { readAdoption } from '../../src/domain/order/adoption.ts';
import type { ExchangeOrder } from '../../src/domain/order/exchange-order.ts';
import { withDefaults } from '../../src/domain/order/policy.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import { anOrder } from '../domain/order/support/builders.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';

const WITHIN = { timeoutMs: 20_000 };

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterEach(() => test.simulator.faults.clear());
afterAll(() => test?.stop());

/** Of a row that a sync has confirmed. */
const checkedAgain = { lastCheckedAt: expect.any(String), updatedAt: expect.any(String) };

async function runsOf(clientOrderId: string): Promise<number> {
  const { count } = await test.client.workflow.count(`WorkflowId = "order-${clientOrderId}"`);
  return count;
}

describe('a sync of an order whose workflow has ended', () => {
  /** Cancelled after half of it was filled, of which the exchange told nothing at first. */
  async function endedWithoutItsFills(): Promise<{ clientOrderId: string; orderId: string }> {
    const request = limitOrder();
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', part: '0.5' }, { do: 'cancel' }] });
    const fields = {
      filled_size: '0',
      average_filled_price: '',
      filled_value: '',
      total_fees: '',
      number_of_fills: '0',
    };
    test.simulator.faults.add({ match: { clientOrderId, endpoint: 'getOrder' }, do: { kind: 'patch', fields } });
    const outcome = await test.outcome(await test.start(request));
    expect(outcome).toMatchObject({ status: 'cancelled', filledSize: '0', fillsComplete: true });
    return { clientOrderId, orderId: outcome.orderId ?? '' };
  }

  it('corrects its figures and collects its fills; it stays ended, and nothing is posted', async () => {
    const { clientOrderId, orderId } = await endedWithoutItsFills();
    test.simulator.faults.clear();

    const report = await orders.sync(clientOrderId, { requestedBy: 'mia', reason: 'the statement shows a fill' });

    expect(report).toMatchObject({
      before: { state: 'closed', status: 'cancelled', filledSize: '0' },
      coinbase: { status: 'CANCELLED', filledSize: '0.001' },
      after: { state: 'closed', status: 'cancelled', filledSize: '0.001' },
      changed: true,
      error: null,
    });
    const truth = test.simulator.ledger.order(orderId);
    expect(await untilFillsComplete(test.trades, clientOrderId)).toMatchObject({
      status: 'cancelled',
      filledSize: '0.001',
      totalFees: truth?.totalFees,
    });
    expect(await test.trades.fillsOf(orderId)).toHaveLength(1);
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);
    const sync = (await test.trades.events(clientOrderId)).find(({ cause }) => cause === 'manual_sync');
    expect(sync).toMatchObject({ requestedBy: 'mia', reason: 'the statement shows a fill', toStatus: 'cancelled' });
  });

  it('is idempotent: asked for again and by several at once, it changes nothing more', async () => {
    const { clientOrderId } = await endedWithoutItsFills();
    test.simulator.faults.clear();

    const reports = await Promise.all(['ann', 'ben'].map((requestedBy) => orders.sync(clientOrderId, { requestedBy })));
    const row = await untilFillsComplete(test.trades, clientOrderId);
    const again = await orders.sync(clientOrderId);

    expect(reports.filter(({ changed }) => changed)).toHaveLength(1);
    expect(again).toMatchObject({ changed: false, error: null });
    expect(await test.trades.find(clientOrderId)).toEqual({ ...row, ...checkedAgain });
  });

  it('changes nothing while the exchange is out of reach, and says so', async () => {
    const { clientOrderId } = await endedWithoutItsFills();
    test.simulator.faults.clear();
    const row = await test.trades.find(clientOrderId);
    test.simulator.faults.add({ match: { endpoint: 'getOrder' }, do: { kind: 'reset', when: 'before' } });

    const report = await orders.sync(clientOrderId, { requestedBy: 'mia' });

    expect(report).toMatchObject({ coinbase: null, changed: false, error: expect.stringContaining('no whole answer') });
    expect(report.after).toEqual(report.before);
    expect(await test.trades.find(clientOrderId)).toEqual(row);
    const events = await test.trades.events(clientOrderId);
    expect(events.at(-1)).toMatchObject({ cause: 'manual_sync_failed', requestedBy: 'mia' });
  });
});

describe('a sync of an open row that no workflow watches', () => {
  /** As another system's row, or one whose workflow was lost with its server. */
  async function unwatched(): Promise<string> {
    const request = limitOrder();
    const { clientOrderId, productId, side, orderConfiguration } = request;
    test.simulator.exchange.setPlan(request, {});
    const { order } = test.simulator.exchange.place({
      clientOrderId,
      productId,
      side,
      configuration: orderConfiguration,
    });
    const shown = {
      orderId: order.orderId,
      clientOrderId,
      productId,
      side,
      orderConfiguration,
    } as Partial<ExchangeOrder>;
    const read = readAdoption({ ...NOTHING_YET, ...shown }, 'bot7');
    if (read.kind === 'malformed') throw new Error(JSON.stringify(read.errors));
    await test.trades.adopt(read.adoption, { requestedBy: null, reason: null });
    expect(await runsOf(clientOrderId)).toBe(0);
    return clientOrderId;
  }

  it('is watched from then on, and never posted', async () => {
    const clientOrderId = await unwatched();

    expect(await orders.sync(clientOrderId)).toMatchObject({ after: { status: 'pending' }, error: null });
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toMatchObject({
      status: 'completed',
      detectedBy: 'monitoring',
    });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);
  });

  it('by several at once starts one workflow', async () => {
    const clientOrderId = await unwatched();
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    const reports = await Promise.all([1, 2, 3].map(() => orders.sync(clientOrderId)));

    for (const { after } of reports) expect(after.status).toBe('completed');
    expect(reports.filter(({ changed }) => changed)).toHaveLength(1);
    expect(
      (await test.trades.events(clientOrderId)).filter(({ toStatus, fromStatus }) => toStatus !== fromStatus),
    ).toHaveLength(2);
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);
  });

  it('with an unreachable exchange changes nothing, says so, and has it watched all the same', async () => {
    const clientOrderId = await unwatched();
    const outage = test.simulator.faults.add({ match: { clientOrderId }, do: { kind: 'reset', when: 'before' } });
    const row = await test.trades.find(clientOrderId);

    const report = await orders.sync(clientOrderId);

    expect(report).toMatchObject({ coinbase: null, changed: false, error: expect.stringContaining('no whole answer') });
    expect(await test.trades.find(clientOrderId)).toEqual(row);
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    test.simulator.faults.remove(outage);
    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toMatchObject({ status: 'completed' });
  });

  it('never places an intent that is too old, whatever the exchange says', async () => {
    const request = marketOrder();
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    await test.trades.insertIntent(
      { ...request, policy: withDefaults(null) },
      { requestedAt: anHourAgo, attempt: false },
    );

    await orders.sync(request.clientOrderId);

    expect(await orders.waitForRelease(request.clientOrderId, WITHIN)).toMatchObject({
      status: 'failed',
      reason: 'NOT_PLACED_IN_TIME',
    });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
  });
});

describe('a sync while a retry sleeps', () => {
  it('finds the order of a POST whose answer was lost at once, and the POST is not repeated', async () => {
    const request = marketOrder({ policy: { placeForMs: 60_000 } });
    const { clientOrderId } = request;
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId },
      do: { kind: 'reset', when: 'after' },
    });
    const handle = await test.start(request);
    // After 0, 1 and 3 s; the next would come at 7 s.
    await eventually(async () => (await failedPosts(clientOrderId)) === 3, { withinMs: 15_000, what: 'three POSTs' });

    const report = await handle.executeUpdate<SyncReport, []>('syncNow');

    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(3);
    expect(report).toMatchObject({
      before: { state: 'placed', status: 'placing' },
      after: { state: 'completed', status: 'completed' },
    });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'manual-sync' });
    const { raw } = await handle.describe();
    expect(raw.pendingActivities ?? []).toEqual([]);
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(3);
  });
});

async function failedPosts(clientOrderId: string): Promise<number> {
  const events = await test.trades.events(clientOrderId);
  return events.filter(({ cause }) => cause === 'post_outcome').length;
}

const NOTHING_YET = anOrder({ orderId: '', clientOrderId: null, productId: '', side: '', createdTime: null });
