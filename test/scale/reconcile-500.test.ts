import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectAllFound } from '../support/disagreements-found.ts';
import { makeDisagreements, type Expected } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { startWorld, type World } from '../support/reconciling.ts';

let test: TestEngine;
let world: World;
let expected: Expected;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
  expected = await makeDisagreements(world, 10);
}, 600_000);
afterAll(() => world?.stop(), 60_000);

describe('500 disagreements of all kinds among 5,000 healthy trades', () => {
  it('are found, repaired and confirmed as 50 are', async () => {
    const reports = await expectAllFound(world, expected, 180_000);
    for (const { startedAt, finishedAt, requestsUsed, issuesFound, issuesResolved } of reports) {
      const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000;
      console.log(`${seconds} s, ${requestsUsed} requests, ${issuesFound} found, ${issuesResolved} resolved`);
    }
    expect(test.simulator.ledger.posts()).toEqual([]);
  }, 600_000);
});
