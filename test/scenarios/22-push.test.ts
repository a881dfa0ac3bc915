import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PushFaultAction, PushFaultMatch } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK, SLOW } from '../support/policies.ts';
import { endsAmong, expectEnd, expectNever, fault, monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ push: true, simulator: { tickMs: 0 } });
  await untilPushed();
});
afterEach(() => {
  test.simulator.pushFaults.clear();
  test.simulator.faults.clear();
});
afterAll(() => test?.stop());

function pushFault(match: PushFaultMatch, action: PushFaultAction): void {
  test.simulator.pushFaults.add({ match, do: action });
}

/** The feed is connected when a push completes an order. The account's fills would show it too, within two seconds. */
async function untilPushed(): Promise<void> {
  await eventually(
    async () => {
      const request = limitOrder({ policy: SLOW });
      const handle = await monitored(test, request);
      test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
      await test.outcome(handle, 5_000);
      const events = await test.trades.events(request.clientOrderId);
      return events.some(({ toStatus, source }) => toStatus === 'completed' && source === 'push');
    },
    { withinMs: 60_000, what: 'the push' },
  );
}

describe('scenario 14: the push of a fill', () => {
  it('comes before the answer to the POST: completed directly, with immediate_fill', async () => {
    const request = marketOrder();
    fault(test, request, { endpoint: 'createOrder' }, { kind: 'delay', when: 'after', ms: 3_000 });

    const { trade, events } = await expectEnd(test, await test.start(request), '22-pushed-before-the-answer');

    expect(trade).toMatchObject({ status: 'completed', immediateFill: true, detectedBy: 'immediate-check' });
    expect(events).toContainEqual(
      expect.objectContaining({ toStatus: 'completed', cause: 'observed', source: 'push' }),
    );
    expectNever(events, 'pending');
  });

  it('shows the same as the look of the placement: the workflow is not woken for it', async () => {
    const request = marketOrder();
    const handle = await test.start(request);
    await test.outcome(handle);
    const { events } = await handle.fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionSignaledEventAttributes)).toEqual([]);
  });

  it('ends the immediate check, which would not look again for ten seconds', async () => {
    const request = marketOrder({ policy: { immediateCheckIntervalMs: 10_000 } });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    const handle = await test.start(request);
    await test.untilState(clientOrderId, ({ state }) => state === 'immediate-check');
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    const { trade } = await expectEnd(test, handle, '22-pushed-between-two-looks');

    expect(trade).toMatchObject({ status: 'completed', immediateFill: true, detectedBy: 'immediate-check' });
    const lagMs = Date.parse(trade.fillDetectedAt ?? '') - Date.parse(trade.filledAt ?? '');
    expect(lagMs).toBeLessThan(5_000);
  });
});

// https://docs.cdp.coinbase.com/coinbase-app/advanced-trade-apis/websocket/websocket-overview
describe('scenario 22: the push', () => {
  it('reports a fill of an order that nobody looks at for a minute', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    const { trade, events } = await expectEnd(test, handle, '22-pushed');

    expect(trade).toMatchObject({ status: 'completed', detectedBy: 'monitoring', immediateFill: false });
    expect(events).toContainEqual(expect.objectContaining({ toStatus: 'completed', source: 'push' }));
  });

  it('reports a burst of partial fills, which wake the workflow a few times at most', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    for (let count = 0; count < 12; count += 1) {
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.05' });
    }
    await test.untilState(clientOrderId, ({ filledSize }) => filledSize === '0.0012');
    test.simulator.exchange.act(clientOrderId, { do: 'cancel' });

    const { trade } = await expectEnd(test, handle, '22-pushed-in-parts');

    expect(trade).toMatchObject({ status: 'cancelled', filledSize: '0.0012' });
    const { events } = await handle.fetchHistory();
    const signals = events?.filter((event) => event.workflowExecutionSignaledEventAttributes) ?? [];
    expect(signals.length).toBeLessThanOrEqual(5);
  });

  it('lost a message: the gap leads to a fresh subscription and a sweep', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    pushFault({ clientOrderId, status: 'FILLED' }, { kind: 'drop' });
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    const { events } = await expectEnd(test, handle, '22-message-dropped');

    expect(events).toContainEqual(expect.objectContaining({ toStatus: 'completed', source: 'sweep' }));
  });

  it('never reported an order, and left no gap: the next sweep finds it', async () => {
    const request = limitOrder({ policy: QUICK });
    const { clientOrderId } = request;
    pushFault({ clientOrderId }, { kind: 'miss' });
    const handle = await monitored(test, request);
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    const { events } = await expectEnd(test, handle, '22-missed-without-a-gap');

    expect(events).toContainEqual(expect.objectContaining({ toStatus: 'completed', source: 'sweep' }));
  });

  it('repeats and reorders its messages: the fill counts once, and nothing goes backwards', async () => {
    const request = limitOrder({ policy: SLOW });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    pushFault({ clientOrderId, times: 1 }, { kind: 'duplicate' });
    test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
    pushFault({ clientOrderId, times: 1 }, { kind: 'swap' });
    pushFault({ clientOrderId, status: 'FILLED' }, { kind: 'filled-twice' });
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    const { trade, events } = await expectEnd(test, handle, '22-told-twice-and-late');

    expect(await test.trades.fillsOf(trade.orderId ?? '')).toHaveLength(2);
    expect(endsAmong(events)).toHaveLength(1);
    expect(test.alerts.filter((alert) => alert.clientOrderId === clientOrderId)).toEqual([]);
  });

  it('falls silent while its connection stays open: another is made, and a sweep', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    pushFault({ channel: 'heartbeats', times: 1 }, { kind: 'silence' });
    await eventually(() => test.simulator.pushFaults.list().some(({ hits }) => hits > 0), {
      withinMs: 10_000,
      what: 'the silence',
    });
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    const { events } = await expectEnd(test, handle, '22-silence');

    expect(events).toContainEqual(expect.objectContaining({ toStatus: 'completed', source: 'sweep' }));
    await untilPushed();
  });

  it('sends an error and refuses the next subscription: sweeps continue, and push resumes when it can', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await monitored(test, request);
    pushFault({}, { kind: 'refuse', at: 'subscribe' });
    pushFault({ channel: 'heartbeats', times: 1 }, { kind: 'error', message: 'authentication failure' });
    await eventually(() => test.simulator.pushFaults.list().every(({ hits }) => hits > 0), {
      withinMs: 20_000,
      what: 'the refusal',
    });
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });

    const { events } = await expectEnd(test, handle, '22-refused-again');
    expect(events).toContainEqual(expect.objectContaining({ toStatus: 'completed', source: 'sweep' }));
    test.simulator.pushFaults.clear();
    await untilPushed();
  });
});
