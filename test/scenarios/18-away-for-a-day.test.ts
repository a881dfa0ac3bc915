import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { withDefaults } from '../../src/domain/order/policy.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { causesOf, expectAlert, expectEnd, expectNever, expectTimeline, monitored } from '../support/scenario.ts';
import { untilPast } from '../support/waiting.ts';
import { expectTruth } from '../support/truth.ts';

const A_DAY_MS = 86_400_000;

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

// https://github.com/nautechsystems/nautilus_trader/issues/4847
describe('scenario 18: the engine was away', () => {
  it('while orders filled, were purged or waited to be placed: each is asked for by id, and nothing is placed late', async () => {
    const filled = limitOrder({ policy: QUICK });
    const purged = limitOrder({ policy: { ...QUICK, monitorForMs: 2_000 } });
    const unplaced = marketOrder({ policy: { placeForMs: 1_000 } });
    const [filledRun, purgedRun] = await Promise.all([monitored(test, filled), monitored(test, purged)]);

    await test.down();
    test.simulator.exchange.act(filled.clientOrderId, { do: 'fill' });
    test.simulator.exchange.act(purged.clientOrderId, { do: 'purge' });
    const unplacedRun = await test.start(unplaced);
    // Longer than the one may be placed, and the other monitored.
    await untilPast((await unplacedRun.describe()).startTime.getTime() + 2_000);
    await test.up();

    const { trade } = await expectEnd(test, filledRun, '18-filled-while-away');
    expect(trade).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });

    const never = await test.outcome(unplacedRun);
    expect(never).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME', orderId: null });
    expect(test.simulator.ledger.postCount(unplaced.clientOrderId)).toBe(0);
    await expectTimeline(test, unplacedRun, unplaced.clientOrderId, '18-never-placed-late');

    await expectUnverifiable(purged, purgedRun);
    const events = await expectTimeline(test, purgedRun, purged.clientOrderId, '18-purged-while-away');
    expect(causesOf(events)).toEqual(expect.arrayContaining(['unconfirmed', 'manual_sync_failed', 'resolved']));
  });

  it('for a day: rows of any age are resumed where they are, by their id alone', async () => {
    const requests = [marketOrder({ policy: QUICK }), limitOrder({ policy: QUICK })];
    for (const request of requests) await openSinceADay(request);
    const [market, limit] = requests as [OrderRequest, OrderRequest];
    test.simulator.exchange.act(market.clientOrderId, { do: 'fill' });

    const handles = await Promise.all(requests.map(({ clientOrderId }) => test.start({ clientOrderId })));

    const outcome = await test.outcome(handles[0] as WorkflowHandle);
    expect(outcome).toMatchObject({ status: 'completed', detectedBy: 'monitoring', immediateFill: false });
    await expectTruth(test.trades, test.simulator, market.clientOrderId);
    await test.untilState(limit.clientOrderId, ({ state }) => state === 'monitoring');
    test.simulator.exchange.act(limit.clientOrderId, { do: 'fill' });
    expect(await test.outcome(handles[1] as WorkflowHandle)).toMatchObject({ status: 'completed' });
    await expectTruth(test.trades, test.simulator, limit.clientOrderId);
    expect(test.simulator.ledger.posts(market.clientOrderId)).toEqual([]);
    expect(test.simulator.ledger.posts(limit.clientOrderId)).toEqual([]);
  });
});

/** Said to be unverifiable to whoever asks, alerted, never dropped; and an operator has the last word. */
async function expectUnverifiable(request: OrderRequest, handle: WorkflowHandle): Promise<void> {
  const { clientOrderId } = request;
  const stale = await test.untilState(clientOrderId, ({ status }) => status === 'stale', 60_000);
  expect(stale).toMatchObject({ orderId: expect.any(String), reason: null, filledSize: '0' });
  await expectAlert(test, request, 'stale');

  const report = await handle.executeUpdate<SyncReport, [unknown]>('syncNow', {
    args: [{ requestedBy: 'mia', reason: 'is it still there?' }],
  });
  expect(report).toMatchObject({
    coinbase: null,
    changed: false,
    error: 'the exchange does not know the order; that is no proof that it never did',
    after: { status: 'stale' },
  });

  const resolved = await handle.executeUpdate<OrderState, [unknown]>('resolveOrder', {
    args: [{ status: 'cancelled', requestedBy: 'mia', reason: 'purged; the account shows no fill' }],
  });
  expect(resolved).toMatchObject({ status: 'cancelled', reason: 'RESOLVED_BY_OPERATOR', detectedBy: 'manual-sync' });
  expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled', fillsComplete: true });
  const events = await test.trades.events(clientOrderId);
  expectNever(events, 'failed', 'expired', 'completed');
  expect(events.at(-1)).toMatchObject({ cause: 'resolved', requestedBy: 'mia', fromStatus: 'stale' });
}

/** A row and its order, both a day old, whose workflow is no more. */
async function openSinceADay(request: OrderRequest): Promise<void> {
  const sinceMs = Date.now() - A_DAY_MS;
  const { clientOrderId, productId, side, orderConfiguration: configuration } = request;
  test.simulator.exchange.setPlan(request, {});
  const { order } = test.simulator.exchange.place({ clientOrderId, productId, side, configuration }, sinceMs);
  const intent = { ...request, policy: withDefaults(request.policy) };
  const at = new Date(sinceMs).toISOString();
  await test.trades.insertIntent(intent, { requestedAt: at, attempt: false });
  const { orderId } = order;
  await test.trades.apply(clientOrderId, { type: 'accepted', key: 'post/1', at, orderId });
  await test.trades.apply(clientOrderId, {
    type: 'checked',
    key: 'check/1',
    at,
    order: null,
    looks: 10,
    lastError: null,
  });
}
