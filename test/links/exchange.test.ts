/** Scenario 27: the exchange goes silent, by REST and by WebSocket, and comes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { endsAmong, handleOf, resting } from '../support/scenario.ts';
import { deadline, eventually } from '../support/waiting.ts';

/** Longer than any request may take, and than a heartbeat may be missing. */
const SILENT_FOR_MS = 12_000;
/** After the exchange's return. */
const RIGHT_WITHIN_MS = 10_000;

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ push: true, links: true });
});
afterAll(() => test?.stop());

describe('an exchange that is silent for 12 s', () => {
  it('is back to normal within 10 s of its return, and pushes again', async () => {
    const [filled, cancelled, pushed] = await Promise.all([
      resting(test),
      resting(test),
      // No sweep sees it in the time of this test.
      resting(test, { policy: { monitorIntervalMs: 60_000 } }),
    ]);
    const { userChannel } = test.simulator;
    const lost = userChannel.subscriberCount;
    test.links.rest.fail({ kind: 'drop' });
    test.links.push.fail({ kind: 'drop' });
    test.simulator.exchange.act(filled.clientOrderId, { do: 'fill' });
    await handleOf(test, cancelled).signal('cancelOrder');
    const placed = marketOrder();
    await test.start(placed);
    await sleep(SILENT_FOR_MS);
    test.links.rest.heal();
    test.links.push.heal();

    const outcomes = await deadline(
      Promise.all([filled, cancelled, placed].map((order) => test.outcome(handleOf(test, order), RIGHT_WITHIN_MS))),
      RIGHT_WITHIN_MS,
      'every order to be right',
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'cancelled', 'completed']);
    expect(test.simulator.ledger.postCount(placed.clientOrderId)).toBe(1);

    await eventually(() => userChannel.subscriberCount > lost, { withinMs: 10_000, what: 'another subscription' });
    // Nor by the sweep that follows the subscription.
    test.links.rest.fail({ kind: 'drop' });
    test.simulator.exchange.act(pushed.clientOrderId, { do: 'fill' });
    expect(await test.outcome(handleOf(test, pushed))).toMatchObject({ status: 'completed' });
    expect(endsAmong(await test.trades.events(pushed.clientOrderId))).toMatchObject([{ source: 'push' }]);
  });
});
