/** Scenario 28: the exchange's clock and those of worker, database and Temporal are apart, in both directions. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { handleOf, resting } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ push: true, http: { host: '127.0.0.1', port: 0, token: null } });
});
afterAll(() => test?.stop());

/** The engine measures when it starts. Resolves when it knows. */
async function restartWithExchangeAhead(offsetMs: number): Promise<void> {
  await test.down();
  test.simulator.clock.offsetMs = offsetMs;
  await test.up();
  await eventually(async () => (await readiness()).clocks === 'not ready', {
    withinMs: 10_000,
    what: 'readiness to end',
  });
}

async function readiness(): Promise<Record<string, string>> {
  const answer = await fetch(`${test.engine.http?.url}/readyz`);
  return ((await answer.json()) as { checks: Record<string, string> }).checks;
}

describe('an exchange whose clock differs from all others', () => {
  it.each([20_000, -20_000])('by %d ms: orders are placed, found and released as ever', async (offsetMs) => {
    await restartWithExchangeAhead(offsetMs);
    const order = await resting(test);
    test.simulator.exchange.act(order.clientOrderId, { do: 'fill' });
    expect(await test.outcome(handleOf(test, order))).toMatchObject({ status: 'completed' });
    expect(await test.outcome(await test.start(marketOrder()))).toMatchObject({ status: 'completed' });
    test.simulator.clock.offsetMs = 0;
  });

  it.each([180_000, -180_000])('by %d ms: placing waits, and what is open is found and released', async (offsetMs) => {
    const [filled, cancelled] = await Promise.all([resting(test), resting(test)]);
    await restartWithExchangeAhead(offsetMs);
    test.simulator.exchange.act(filled.clientOrderId, { do: 'fill' });
    await handleOf(test, cancelled).signal('cancelOrder');
    const waiting = marketOrder({ policy: { placeForMs: 2_000 } });
    const handle = await test.start(waiting);

    expect(await test.outcome(handleOf(test, filled))).toMatchObject({ status: 'completed' });
    expect(await test.outcome(handleOf(test, cancelled))).toMatchObject({ status: 'cancelled' });
    expect(await test.outcome(handle)).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME' });
    expect(test.simulator.ledger.posts(waiting.clientOrderId)).toEqual([]);
    expect(test.alerts).toContainEqual(expect.objectContaining({ alert: 'clock-offset', clock: 'exchange' }));
    test.simulator.clock.offsetMs = 0;
    await test.down();
    await test.up();
  });
});
