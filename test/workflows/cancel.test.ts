import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK, SLOW } from '../support/policies.ts';
import { causesWithoutFills, monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** A limit order that rests, and with which a cancel does what the plan says. */
function resting(request: OrderRequest, onCancel?: OrderPlan['onCancel']): Promise<WorkflowHandle> {
  test.simulator.exchange.setPlan(request, onCancel === undefined ? {} : { onCancel });
  return monitored(test, request);
}

function cancelsOf({ clientOrderId }: OrderRequest): number {
  const order = test.simulator.ledger.orderByClientId(clientOrderId);
  return order === undefined ? 0 : test.simulator.ledger.cancels(order.orderId).length;
}

describe('a cancellation', () => {
  it('by the signal with no argument cancels a resting order at the exchange', async () => {
    // The feed does not look meanwhile: where a sweep sees the end before the cancel is answered, the order has ended.
    const request = limitOrder({ policy: SLOW });
    const handle = await resting(request);

    await handle.signal('cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({
      state: 'closed',
      status: 'cancelled',
      filledSize: '0',
      filledAt: null,
    });
    expect(cancelsOf(request)).toBe(1);
    expect((await causesWithoutFills(test, request)).slice(4)).toEqual(
      expect.arrayContaining(['cancel_requested', 'cancel_answered', 'observed']),
    );
  });

  it('keeps what was filled before, and records who asked and why', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await resting(request);
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill', part: '0.25' });

    await handle.signal('cancelOrder', { requestedBy: 'mia', reason: 'wrong price' });

    expect(await test.outcome(handle)).toMatchObject({
      status: 'cancelled',
      filledSize: '0.0005',
      averageFilledPrice: '50000',
    });
    const asked = (await test.trades.events(request.clientOrderId)).find(({ cause }) => cause === 'cancel_requested');
    expect(asked).toMatchObject({ requestedBy: 'mia', reason: 'wrong price' });
  });

  it('of the workflow, as from the UI, means the same, and the workflow ends as completed', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await resting(request);

    await handle.cancel();

    expect(await test.outcome(handle)).toMatchObject({ state: 'closed', status: 'cancelled' });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(cancelsOf(request)).toBe(1);
  });

  it('that comes before any attempt withdraws the order: nothing is posted', async () => {
    const request = limitOrder();
    const handle = await test.client.workflow.signalWithStart('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [request],
      signal: 'cancelOrder',
      signalArgs: [{ requestedBy: 'bot7', reason: 'changed its mind' }],
    });

    expect(await test.outcome(handle)).toMatchObject({
      state: 'closed',
      status: 'cancelled',
      reason: 'CANCELLED_BEFORE_PLACEMENT',
      orderId: null,
      fillsComplete: true,
    });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
    const events = await test.trades.events(request.clientOrderId);
    expect(events.slice(0, 2)).toMatchObject([{ cause: 'intent' }, { cause: 'withdrawn', requestedBy: 'bot7' }]);
  });

  it('of the workflow right after its start leaves no order open', async () => {
    const request = limitOrder({ policy: QUICK });
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);

    await handle.cancel();

    expect(await test.outcome(handle)).toMatchObject({ state: 'closed', status: 'cancelled' });
    const order = test.simulator.ledger.orderByClientId(request.clientOrderId);
    expect(order?.status ?? 'CANCELLED').toBe('CANCELLED');
  });

  it('while the placement is unknown is sent as soon as the order is known', async () => {
    const request = limitOrder({ policy: QUICK });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId, times: 1 },
      do: { kind: 'reset', when: 'after' },
    });
    const handle = await test.start(request);
    await eventually(() => test.simulator.ledger.postCount(clientOrderId) > 0, {
      withinMs: 20_000,
      what: 'the first POST',
    });

    await handle.signal('cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled', orderId: expect.any(String) });
    expect(cancelsOf(request)).toBe(1);
    const causes = await causesWithoutFills(test, request);
    expect(causes.indexOf('cancel_requested')).toBeLessThan(causes.indexOf('cancel_answered'));
    expect(causes).not.toContain('withdrawn');
  });

  it('of a stale order without an id is sent when the order is found', async () => {
    const request = limitOrder({ policy: { ...QUICK, placeForMs: 4_000 } });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId },
      do: { kind: 'reset', when: 'after' },
    });
    const hidden = test.simulator.faults.add({
      match: { endpoint: 'listOrders', clientOrderId },
      do: { kind: 'omit' },
    });
    const handle = await test.start(request);
    await test.untilState(clientOrderId, ({ status }) => status === 'stale');
    await handle.signal('cancelOrder');
    expect(cancelsOf(request)).toBe(0);

    test.simulator.faults.remove(hidden);

    expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled' });
    expect(cancelsOf(request)).toBe(1);
  });

  it.each([
    ['answered with success', undefined],
    ['answered with ORDER_IS_FULLY_FILLED', 'ORDER_IS_FULLY_FILLED'],
    ['answered with UNKNOWN_CANCEL_ORDER', 'UNKNOWN_CANCEL_ORDER'],
  ])('that a fill overtakes, %s, completes the order and is not repeated', async (_what, refuse) => {
    const request = limitOrder({ policy: QUICK });
    const handle = await resting(request, { ...(refuse === undefined ? {} : { refuse }), steps: [{ do: 'fill' }] });

    await handle.signal('cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', filledSize: '0.002' });
    expect(cancelsOf(request)).toBe(1);
  });

  it('requested twice is sent once', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await resting(request, { steps: [{ do: 'cancel', afterMs: 1_000 }] });

    await handle.signal('cancelOrder');
    await eventually(() => cancelsOf(request) > 0, { withinMs: 20_000, what: 'the cancel' });
    await handle.signal('cancelOrder');
    await handle.cancel();

    expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled' });
    expect(cancelsOf(request)).toBe(1);
    expect((await causesWithoutFills(test, request)).filter((cause) => cause === 'cancel_requested')).toHaveLength(3);
  });

  it('that the exchange refuses leaves the order open, and can be requested again', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await resting(request, { refuse: 'INVALID_CANCEL_REQUEST' });

    await handle.signal('cancelOrder');
    await eventually(async () => (await causesWithoutFills(test, request)).includes('cancel_answered'), {
      withinMs: 20_000,
      what: 'the answer',
    });
    expect(await test.state(request.clientOrderId)).toMatchObject({ state: 'monitoring' });

    await handle.signal('cancelOrder');
    await eventually(() => cancelsOf(request) === 2, { withinMs: 20_000, what: 'the second cancel' });
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
  });

  it('is repeated until the exchange answers', async () => {
    const request = limitOrder({ policy: QUICK });
    const { clientOrderId } = request;
    const handle = await resting(request);
    test.simulator.faults.add({
      match: { endpoint: 'cancelOrders', clientOrderId, times: 2 },
      do: { kind: 'answer', when: 'before', status: 503, body: '<html>' },
    });

    await handle.signal('cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled' });
    expect(cancelsOf(request)).toBe(1);
  });

  it('of an order that ended meanwhile changes nothing', async () => {
    const request = marketOrder({ policy: SLOW });
    const handle = await resting(request);
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    await handle.signal('cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    expect(cancelsOf(request)).toBe(1);
  });
});
