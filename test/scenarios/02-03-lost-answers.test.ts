import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { causesOf, expectAlert, expectEnd, expectNever, fault, untilRow } from '../support/scenario.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

// https://github.com/hummingbot/hummingbot/issues/6901
describe('scenario 2: the POST creates the order, and its answer is lost', () => {
  const LOST = [
    ['the connection is reset', '02-answer-reset', { kind: 'reset', when: 'after' }],
    ['it hangs', '02-answer-hangs', { kind: 'hang', when: 'after' }],
    ['a proxy says 502', '02-answer-is-502', { kind: 'answer', when: 'after', status: 502, body: 'N/A' }],
  ] as const satisfies [string, string, FaultAction][];

  it.concurrent.each(LOST)(
    'because %s: the same body is posted again and finds the first order',
    async (_how, name, action) => {
      const request = marketOrder();
      fault(test, request, { endpoint: 'createOrder', times: 1 }, action);

      const { trade, events } = await expectEnd(test, await test.start(request), name, { posts: 2 });

      expect(trade).toMatchObject({ status: 'completed', immediateFill: true, postAttempts: 2 });
      expect(causesOf(events).filter((cause) => cause.startsWith('post_'))).toEqual([
        'post_attempt',
        'post_outcome',
        'post_attempt',
      ]);
      expect(test.simulator.ledger.posts(request.clientOrderId).map(({ outcome }) => outcome)).toEqual([
        'created',
        'replayed',
      ]);
    },
    240_000,
  );

  it.concurrent(
    'every time: when the window has closed nothing more is posted, and the listing finds it',
    async () => {
      const request = marketOrder({ policy: { placeForMs: 10_000 } });
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'reset', when: 'after' });
      const handle = await test.start(request);
      await untilRow(test, request, ({ status }) => status === 'completed');

      const { ledger } = test.simulator;
      const posts = ledger.posts(request.clientOrderId);
      const { trade, events } = await expectEnd(test, handle, '02-found-in-the-listing', { posts: posts.length });

      expect(trade).toMatchObject({ status: 'completed', postAttempts: posts.length });
      const lastAllowed = Date.parse(trade.createdAt) + 10_000;
      const attempts = events.filter(({ cause }) => cause === 'post_attempt');
      expect(attempts.every(({ at }) => Date.parse(at) <= lastAllowed)).toBe(true);
    },
    240_000,
  );
});

// https://github.com/nautechsystems/nautilus_trader/issues/4958
describe('scenario 3: an earlier attempt is unknown', () => {
  it.concurrent(
    'and lands more than ten seconds later: not called failed meanwhile, and adopted then',
    async () => {
      const request = limitOrder({ policy: { ...QUICK, placeForMs: 5_000 } });
      const { clientOrderId } = request;
      test.simulator.exchange.setPlan(request, {});
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'delay', when: 'before', ms: 11_000 });
      const handle = await test.start(request);

      const stale = await test.untilState(clientOrderId, ({ status }) => status === 'stale');
      expect(stale).toMatchObject({ orderId: null, reason: null, detectedBy: null });
      await expectAlert(test, request, 'stale');
      expect(test.simulator.ledger.orderByClientId(clientOrderId)).toBeUndefined();

      const adopted = await test.untilState(clientOrderId, ({ state }) => state === 'monitoring', 60_000);
      expect(adopted).toMatchObject({ status: 'pending', staleSince: null });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });
      const { events } = await expectEnd(test, handle, '03-lands-late');
      expectNever(events, 'failed', 'rejected', 'cancelled');
      expect(events).toContainEqual(expect.objectContaining({ source: 'sweep', fromStatus: 'stale' }));
    },
    240_000,
  );

  it.concurrent(
    'and took the funds, so that a second POST is refused: not called rejected, and found',
    async () => {
      const request = limitOrder({ policy: { ...QUICK, placeForMs: 5_000 } });
      const { clientOrderId } = request;
      test.simulator.exchange.setPlan(request, {});
      fault(test, request, { endpoint: 'createOrder', times: 1 }, { kind: 'reset', when: 'after' });
      fault(test, request, { endpoint: 'createOrder', skip: 1 }, { kind: 'refuse', code: 'INSUFFICIENT_FUND' });
      const unlisted = fault(test, request, { endpoint: 'listOrders' }, { kind: 'omit' });
      const handle = await test.start(request);

      const stale = await test.untilState(clientOrderId, ({ status }) => status === 'stale');
      expect(stale).toMatchObject({ orderId: null, reason: null });
      test.simulator.faults.remove(unlisted);

      await test.untilState(clientOrderId, ({ state }) => state === 'monitoring', 40_000);
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });
      const posts = test.simulator.ledger.postCount(clientOrderId);
      const { events, trade } = await expectEnd(test, handle, '03-second-post-is-refused', { posts });
      expect(posts).toBeGreaterThan(1);
      expect(trade.postAttempts).toBe(posts);
      expectNever(events, 'failed', 'rejected');
      const outcomes = events.filter(({ cause }) => cause === 'post_outcome').map(({ evidence }) => evidence?.['kind']);
      expect(outcomes.slice(0, 2)).toEqual(['unknown-outcome', 'refused']);
    },
    240_000,
  );
});
