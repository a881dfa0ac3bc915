import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { causesWithoutFills, expectAlert, faultInLooks, monitored } from '../support/scenario.ts';
import { expectTruth } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';

const STALE_SINCE = defineSearchAttributeKey('StaleSince', SearchAttributeType.DATETIME);

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

describe('the life of an order', () => {
  it('records a market order that fills at once as completed, and never as pending', async () => {
    const request = marketOrder();
    const handle = await test.start(request);

    const outcome = await test.outcome(handle);

    expect(outcome).toMatchObject({
      state: 'completed',
      status: 'completed',
      exchangeStatus: 'FILLED',
      immediateFill: true,
      detectedBy: 'immediate-check',
    });
    const events = await test.trades.events(request.clientOrderId);
    expect(events.map((event) => event.toStatus)).not.toContain('pending');
    expect(events.slice(0, 4).map((event) => event.cause)).toEqual(['intent', 'post_attempt', 'accepted', 'observed']);
  });

  it('keeps looking until a fill is seen within the immediate check', async () => {
    const request = marketOrder({ policy: { immediateCheckIntervalMs: 200 } });
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', afterMs: 700 }] });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'completed', immediateFill: true, detectedBy: 'immediate-check' });
    expect(await causesWithoutFills(test, request)).toEqual(['intent', 'post_attempt', 'accepted', 'observed']);
    const ledger = test.simulator.ledger.orderByClientId(request.clientOrderId);
    expect(outcome.filledAt).toBe(ledger?.lastFillAt);
    expect(Date.parse(outcome.fillDetectedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(ledger?.lastFillAt ?? ''));
  });

  it('finds a fill within one interval of monitoring, with every figure of the ledger', async () => {
    const request = marketOrder({ policy: QUICK });
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);
    const pending = await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
    expect(pending).toMatchObject({ state: 'monitoring', exchangeStatus: 'OPEN', immediateFill: false });
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill', part: '0.4' });
    const partly = await test.untilState(request.clientOrderId, ({ filledSize }) => filledSize !== '0');
    expect(partly).toMatchObject({ status: 'pending', fillDetectedAt: null, filledAt: null });
    const sweeps = () => test.simulator.ledger.requestCount('listOrders');
    const before = sweeps();
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    const outcome = await test.outcome(handle);

    // One that was under way, the one that showed it, and one before the feed heard of the end.
    expect(sweeps() - before).toBeLessThanOrEqual(3);
    const ledger = test.simulator.ledger.orderByClientId(request.clientOrderId);
    expect(outcome).toMatchObject({
      status: 'completed',
      immediateFill: false,
      detectedBy: 'monitoring',
      filledSize: ledger?.filledSize,
      totalFees: ledger?.totalFees,
      filledAt: ledger?.lastFillAt,
    });
    await expectTruth(test.trades, test.simulator, request.clientOrderId);
  });

  it('keeps the figures of a limit order that is cancelled at the exchange after a partial fill', async () => {
    const request = limitOrder({ policy: QUICK });
    test.simulator.exchange.setPlan(request, {
      steps: [
        { do: 'fill', part: '0.4', afterMs: 800 },
        { do: 'cancel', afterMs: 700, message: 'cancelled by the desk' },
      ],
    });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({
      state: 'closed',
      status: 'cancelled',
      exchangeStatus: 'CANCELLED',
      filledSize: '0.0008',
      averageFilledPrice: '50000',
      totalFees: test.simulator.ledger.orderByClientId(request.clientOrderId)?.totalFees,
      fillDetectedAt: null,
      filledAt: null,
      detectedBy: 'monitoring',
      reason: 'cancelled by the desk',
    });
  });

  it('records an order that passes its end time as expired', async () => {
    const endTime = new Date(Date.now() + 2_000).toISOString();
    const request = limitOrder({
      orderConfiguration: { limit_limit_gtd: { base_size: '0.002', limit_price: '1000.00', end_time: endTime } },
      policy: QUICK,
    });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ state: 'closed', status: 'expired', filledSize: '0', fillsComplete: true });
  });

  it('records an order that fails at the exchange as failed, with its reason', async () => {
    const request = limitOrder({ policy: QUICK });
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fail', reason: 'HOLD_FAILURE', afterMs: 100 }] });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({
      state: 'closed',
      status: 'failed',
      exchangeStatus: 'FAILED',
      reason: 'HOLD_FAILURE',
    });
  });

  it("ends a refused order as rejected with the exchange's own code, and its workflow as completed", async () => {
    const request = marketOrder({ orderConfiguration: { market_market_ioc: { quote_size: '900000000.00' } } });
    const handle = await test.start(request);

    const outcome = await test.outcome(handle);

    expect(outcome).toMatchObject({
      state: 'closed',
      status: 'rejected',
      orderId: null,
      reason: 'INSUFFICIENT_FUND',
      detectedBy: 'immediate-check',
    });
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('keeps monitoring a resting order beyond its window, as long as it is confirmed', async () => {
    const request = limitOrder({ policy: { ...QUICK, monitorForMs: 1_000 } });
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', afterMs: 4_000 }] });
    const handle = await test.start(request);
    await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
    const asked = () => test.simulator.ledger.requestCount('listOrders');
    const before = asked();
    await eventually(() => asked() >= before + 5, { withinMs: 20_000, what: 'two and a half seconds of looks' });
    expect(await test.state(request.clientOrderId)).toMatchObject({ state: 'monitoring', staleSince: null });

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    expect(await causesWithoutFills(test, request)).not.toContain('unconfirmed');
  });

  it('calls a resting order stale when nothing confirms it, and monitors it again once it is confirmed', async () => {
    const request = limitOrder({ policy: { ...QUICK, monitorForMs: 1_000 } });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    const fault = faultInLooks(test, request, { kind: 'answer', when: 'before', status: 500, body: '<html>' });

    const stale = await test.untilState(clientOrderId, ({ state }) => state === 'stale');
    expect(stale.staleSince).not.toBeNull();
    expect(test.alerts).toContainEqual(expect.objectContaining({ alert: 'stale', clientOrderId }));
    fault.remove();
    // It may be stale again when nothing confirms it for a second, on a busy machine.
    const isConfirmedAgain = async () =>
      (await test.trades.events(clientOrderId)).some(
        ({ fromStatus, toStatus, state }) => fromStatus === 'stale' && toStatus === 'pending' && state === 'monitoring',
      );
    await eventually(isConfirmedAgain, { withinMs: 20_000, what: 'the order to be confirmed again' });

    test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', staleSince: null });
  });

  it('calls an immediate order stale after its window, alerts, and completes it by a fill afterwards', async () => {
    const request = marketOrder({ policy: { ...QUICK, monitorForMs: 1_000 } });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);

    const stale = await test.untilState(clientOrderId, ({ state }) => state === 'stale');
    expect(stale).toMatchObject({ status: 'stale', exchangeStatus: 'OPEN' });
    expect(Date.parse(stale.staleSince ?? '')).toBeLessThanOrEqual(Date.now());
    expect(test.alerts).toContainEqual(expect.objectContaining({ alert: 'stale', clientOrderId }));
    const { typedSearchAttributes } = await handle.describe();
    expect(typedSearchAttributes.get(STALE_SINCE)).toEqual(new Date(stale.staleSince ?? ''));

    test.simulator.exchange.act(stale.orderId ?? '', { do: 'fill' });

    expect(await test.outcome(handle)).toMatchObject({
      status: 'completed',
      detectedBy: 'monitoring',
      immediateFill: false,
      staleSince: null,
    });
    expect((await handle.describe()).typedSearchAttributes.get(STALE_SINCE)).toBeUndefined();
  });

  it('does not end an order that the exchange does not find for a while', async () => {
    const request = marketOrder({ policy: QUICK });
    faultInLooks(test, request, { kind: 'lag', ms: 2_500 });
    const handle = await test.start(request);

    const pending = await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
    expect(pending).toMatchObject({ exchangeStatus: null });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    expect(await causesWithoutFills(test, request)).toEqual([
      'intent',
      'post_attempt',
      'accepted',
      'unchecked',
      'observed',
    ]);
  });

  it('does not take an unknown status for an end, and alerts', async () => {
    const request = marketOrder({ policy: QUICK });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {
      steps: [
        { do: 'status', status: 'HALTED_FOR_REVIEW', afterMs: 600 },
        { do: 'fill', afterMs: 1_200 },
      ],
    });
    const handle = await test.start(request);

    const unknown = await test.untilState(clientOrderId, (state) => state.exchangeStatus === 'HALTED_FOR_REVIEW');
    expect(unknown).toMatchObject({ state: 'monitoring', status: 'pending' });
    await expectAlert(test, request, 'unknown-status');
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
  });

  it('ends before the fills are listed, and the feed records them when they are', async () => {
    const request = marketOrder();
    const { clientOrderId } = request;
    test.simulator.faults.add({ match: { endpoint: 'listFills', clientOrderId }, do: { kind: 'lag', ms: 2_000 } });

    expect(await test.outcome(await test.start(request))).toMatchObject({ status: 'completed', fillsComplete: false });

    await expectTruth(test.trades, test.simulator, clientOrderId);
  });
});
