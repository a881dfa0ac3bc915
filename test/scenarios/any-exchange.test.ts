import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { expectOnlyRequested } from '../support/truth.ts';
import { deadline } from '../support/waiting.ts';
import { anyFate, expectAtRest, live, seedOfThisRun } from '../support/any-order.ts';

const ORDERS = 48;
const SEED = seedOfThisRun();

let test: TestEngine;
beforeAll(async () => {
  // The exchange's own prices and chances follow the same seed.
  test = await startTestEngine({ requestsPerSecond: 200, simulator: { seed: SEED, marketFillMs: 300 } });
});
afterAll(() => test?.stop());

describe('any exchange', () => {
  it(`leaves a database that equals its ledger, whatever it does to ${ORDERS} orders (ORDER_SYNC_SEED=${SEED})`, async () => {
    const fates = fc.sample(anyFate, { seed: SEED, numRuns: ORDERS });

    const lives = fates.map((fate, index) => live(test, fate, index));
    await deadline(Promise.all(lives), 150_000, `the ends of all orders of ORDER_SYNC_SEED=${SEED}`);

    for (const [index, fate] of fates.entries()) await expectAtRest(test, fate, index);
    expectOnlyRequested(test);
    expect(await test.trades.listOpen()).toEqual([]);
  });
});
