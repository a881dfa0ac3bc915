import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeDisagreements, type Expected } from '../support/disagreements.ts';
import { expectAllFound } from '../support/disagreements-found.ts';
import type { TestEngine } from '../support/engine.ts';
import { startWorld, type World } from '../support/reconciling.ts';

let test: TestEngine;
let world: World;
let expected: Expected;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
  expected = await makeDisagreements(world, 1);
});
afterAll(() => world?.stop());

describe('50 disagreements of all kinds among 500 healthy trades', () => {
  it('are found by one run, orphans by the second; the next confirms, and what awaits an operator stays one open issue', async () => {
    await expectAllFound(world, expected, 60_000);
    expect(test.simulator.ledger.posts()).toEqual([]);
  });
});
