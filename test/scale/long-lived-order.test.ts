import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { liveLong, startShortRuns } from '../support/long-lived.ts';

const CHANGES = 1_000;

let world: Awaited<ReturnType<typeof startShortRuns>>;
beforeAll(async () => {
  world = await startShortRuns();
}, 60_000);
afterAll(() => world?.stop());

describe('an order with a thousand changes', () => {
  it('continues through all its runs, and has recorded each change once', async () => {
    const { runs, events, outcome } = await liveLong(world.test, CHANGES);
    console.log(`${runs.length} runs, ${events.length} events`);
    const reasons = events.filter(({ cause }) => cause === 'manual_sync').map(({ reason }) => reason);
    expect(new Set(reasons).size).toBe(2 * CHANGES);
    expect(reasons).toHaveLength(2 * CHANGES);
    expect(outcome.status).toBe('cancelled');
  }, 900_000);
});
