import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withDefaults } from '../../src/domain/order/policy.ts';
import { OrderSyncClient, PlacementHaltedError } from '../../src/client/index.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { causesOf, expectAlert, expectEnd, expectTimeline, fault, faultInLooks } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

const BY_ANN = { requestedBy: 'ann', reason: 'the price feed is broken' };

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

function halt(botId: string): Promise<unknown> {
  return test.engine.database.halts.halt({ ...BY_ANN, botId, cancelOpen: false });
}

function untilPosted(clientOrderId: string): Promise<unknown> {
  const isPosted = () => test.simulator.ledger.postCount(clientOrderId) > 0;
  return eventually(isPosted, { withinMs: 10_000, what: `the POST of ${clientOrderId}` });
}

describe('scenario 30: halted while the outcome of a placement is unknown', () => {
  it.concurrent(
    'the exchange has it: it is searched for, found, and not posted again',
    async () => {
      const request = marketOrder({ botId: 'searched' });
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'hang', when: 'after' });
      const handle = await test.start(request);
      await untilPosted(request.clientOrderId);
      await halt('searched');

      const { trade } = await expectEnd(test, handle, '30-found-while-halted');

      expect(trade).toMatchObject({ status: 'completed', postAttempts: 1 });
    },
    240_000,
  );

  it.concurrent(
    'not found: stale, alerted, watched, and not posted after the halt either',
    async () => {
      const request = marketOrder({ botId: 'unfound' });
      const hidden = faultInLooks(test, request, { kind: 'omit' });
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'hang', when: 'after' });
      const handle = await test.start(request);
      await untilPosted(request.clientOrderId);
      await halt('unfound');

      const stale = await test.untilState(request.clientOrderId, ({ status }) => status === 'stale');
      expect(stale.orderId).toBeNull();
      await expectAlert(test, request, 'stale');
      await test.engine.database.halts.resume({ ...BY_ANN, botId: 'unfound' });
      hidden.remove();

      const { events } = await expectEnd(test, handle, '30-unfound-while-halted');
      const evidence = { halted_by: 'ann', halted_because: BY_ANN.reason };
      expect(events).toContainEqual(expect.objectContaining({ evidence: expect.objectContaining(evidence) }));
    },
    240_000,
  );

  it.concurrent(
    'another order that waits and was never attempted is closed, with who halted it and why',
    async () => {
      const request = marketOrder({ botId: 'waiting' });
      const intent = { ...request, policy: withDefaults(request.policy) };
      const requestedAt = new Date().toISOString();
      await test.trades.insertIntent(intent, { requestedAt, attempt: false });
      await halt('waiting');

      const handle = await test.start({ clientOrderId: request.clientOrderId });

      expect(await test.outcome(handle)).toMatchObject({ status: 'failed', reason: 'PLACEMENT_HALTED', orderId: null });
      const events = await expectTimeline(test, handle, request.clientOrderId, '30-waiting-while-halted');
      expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
      expect(causesOf(events)).toEqual(['intent', 'placement_halted']);
      expect(events.at(-1)).toMatchObject(BY_ANN);
    },
    240_000,
  );

  it.concurrent(
    'new orders of the bot get one clear answer and no row, until it is over; other bots trade on',
    async () => {
      const orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
      const request = marketOrder({ botId: 'refused' });
      await halt('refused');

      const refusal = await orders.place(request).catch((error: unknown) => error);

      expect(refusal).toBeInstanceOf(PlacementHaltedError);
      expect(refusal).toMatchObject({ code: 'PlacementHalted', retryable: false });
      expect(String(refusal)).toContain('by ann: the price feed is broken');
      expect(await test.trades.find(request.clientOrderId)).toBeNull();
      expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
      expect(await orders.place(marketOrder({ botId: 'other' }))).toMatchObject({ status: 'completed' });
      await test.engine.database.halts.resume({ ...BY_ANN, botId: 'refused' });
      expect(await orders.place(request)).toMatchObject({ status: 'completed' });
    },
    240_000,
  );
});
