import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectAlert, expectEnd, expectNever, fault, faultInLooks, monitored } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

const UNAVAILABLE: FaultAction = { kind: 'answer', when: 'before', status: 503, body: 'go/sg/6f1c' };

// https://github.com/freqtrade/freqtrade/issues/4403
describe('scenario 5: the exchange answers 404 for an order that it has accepted', () => {
  it.concurrent(
    'for a while: it stays blocked, and is found',
    async () => {
      const request = marketOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const unfound = faultInLooks(test, request, { kind: 'omit' });
      const handle = await test.start(request);

      const blocked = await test.untilState(clientOrderId, ({ status }) => status === 'pending');
      expect(blocked).toMatchObject({ exchangeStatus: null, lastCheckedAt: null });
      unfound.remove();

      const { trade, events } = await expectEnd(test, handle, '05-not-found-for-a-while');
      expect(trade).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
      expectNever(events, 'cancelled', 'failed', 'stale');
    },
    240_000,
  );

  it.concurrent(
    'for longer than it is monitored: it backs off and alerts, and is never called cancelled',
    async () => {
      const request = marketOrder({ policy: { ...QUICK, monitorForMs: 3_000 } });
      const { clientOrderId } = request;
      const unfound = faultInLooks(test, request, { kind: 'omit' });
      const handle = await test.start(request);

      await test.untilState(clientOrderId, ({ status }) => status === 'stale');
      await expectAlert(test, request, 'stale');
      // Half a second apart four of them would take two seconds; waits that double from there make it at least three.
      const [looksBefore, fromMs] = [unfound.hits(), Date.now()];
      await eventually(() => unfound.hits() >= looksBefore + 4, { withinMs: 30_000, what: 'four more looks' });
      expect(Date.now() - fromMs).toBeGreaterThan(2_500);
      expect(await test.state(clientOrderId)).toMatchObject({ status: 'stale', exchangeStatus: null });
      unfound.remove();

      const { events } = await expectEnd(test, handle, '05-not-found-for-longer-than-the-window');
      expectNever(events, 'cancelled', 'failed');
    },
    240_000,
  );
});

// https://github.com/hummingbot/hummingbot/issues/8457
describe('scenario 6: for a time nothing can be found out', () => {
  it.concurrent(
    'because every look fails: the state does not change, then converges',
    async () => {
      const request = limitOrder({ policy: { ...QUICK, monitorForMs: 3_000 } });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      const before = await test.trades.find(clientOrderId);
      const failing = faultInLooks(test, request, UNAVAILABLE);
      await eventually(() => failing.hits() >= 3, { withinMs: 20_000, what: 'three looks to fail' });
      expect(await test.trades.find(clientOrderId)).toEqual(before);

      const stale = await test.untilState(clientOrderId, ({ status }) => status === 'stale');
      expect(stale).toMatchObject({ exchangeStatus: 'OPEN', filledSize: '0', reason: null });
      await expectAlert(test, request, 'stale');
      failing.remove();

      const confirmed = await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
      expect(confirmed).toMatchObject({ status: 'pending', staleSince: null });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });
      const { events } = await expectEnd(test, handle, '06-every-look-fails');
      expectNever(events, 'cancelled', 'failed');
    },
    240_000,
  );

  it.concurrent(
    'because lists come back empty: an order that was posted is not called missing',
    async () => {
      const request = marketOrder({ policy: { ...QUICK, placeForMs: 5_000 } });
      const { clientOrderId } = request;
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'reset', when: 'after' });
      const unlisted = fault(test, request, { endpoint: 'listOrders' }, { kind: 'omit' });
      const handle = await test.start(request);

      await test.untilState(clientOrderId, ({ status }) => status === 'stale');
      await eventually(() => hitsOf(unlisted) > 1, { withinMs: 20_000, what: 'two empty lists' });
      const waiting = await test.state(clientOrderId);
      expect(waiting).toMatchObject({ status: 'stale', orderId: null, reason: null });
      test.simulator.faults.remove(unlisted);

      const posts = test.simulator.ledger.postCount(clientOrderId);
      const { trade, events } = await expectEnd(test, handle, '06-lists-are-empty', { posts });
      expect(trade).toMatchObject({ status: 'completed', immediateFill: false, detectedBy: 'monitoring' });
      expectNever(events, 'failed', 'rejected', 'cancelled');
    },
    240_000,
  );
});

// https://github.com/nautechsystems/nautilus_trader/blob/develop/docs/integrations/coinbase.md
describe('scenario 7: PENDING and QUEUED orders are missing from the list of open ones', () => {
  it.concurrent(
    'they are asked for by id, and nothing is called missing',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      test.simulator.exchange.setPlan(request, { initialStatus: 'PENDING' });
      const handle = await monitored(test, request);
      await test.untilState(clientOrderId, ({ exchangeStatus }) => exchangeStatus === 'PENDING');
      test.simulator.exchange.act(clientOrderId, { do: 'status', status: 'QUEUED' });

      const queued = await test.untilState(clientOrderId, ({ exchangeStatus }) => exchangeStatus === 'QUEUED');
      expect(queued).toMatchObject({ state: 'monitoring', status: 'pending' });
      test.simulator.exchange.act(clientOrderId, { do: 'open' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      const { events } = await expectEnd(test, handle, '07-pending-and-queued');
      expectNever(events, 'stale', 'failed', 'cancelled');
      expect(test.alerts.filter((alert) => alert.clientOrderId === clientOrderId)).toEqual([]);
    },
    240_000,
  );

  it.concurrent(
    'one whose placement is unknown is found all the same',
    async () => {
      const request = limitOrder({ policy: { ...QUICK, placeForMs: 5_000 } });
      const { clientOrderId } = request;
      test.simulator.exchange.setPlan(request, { initialStatus: 'QUEUED' });
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'reset', when: 'after' });
      const handle = await test.start(request);

      const found = await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
      expect(found).toMatchObject({ exchangeStatus: 'QUEUED', orderId: expect.any(String) });
      test.simulator.exchange.act(clientOrderId, { do: 'open' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      const posts = test.simulator.ledger.postCount(clientOrderId);
      await expectEnd(test, handle, '07-queued-and-unheard-of', { posts });
    },
    240_000,
  );
});

function hitsOf(fault: string): number {
  return test.simulator.faults.list().find(({ id }) => id === fault)?.hits ?? 0;
}
