import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { liveLong, startShortRuns, type LongLife } from '../support/long-lived.ts';

const CHANGES = 40;

let world: Awaited<ReturnType<typeof startShortRuns>>;
let life: LongLife;
beforeAll(async () => {
  world = await startShortRuns();
  life = await liveLong(world.test, CHANGES);
}, 120_000);
afterAll(() => world?.stop());

describe('an order that outlives the history of a run', () => {
  it('continues in new runs, and the last of them ends with it', () => {
    expect(life.runs.length).toBeGreaterThan(4);
    expect(life.runs).toEqual([...life.runs.slice(1).map(() => 'CONTINUED_AS_NEW'), 'COMPLETED']);
  });

  it('records every request once, whichever run received it', () => {
    const reasons = life.events.filter(({ cause }) => cause === 'manual_sync').map(({ reason }) => reason);
    const asked = Array.from({ length: CHANGES }, (_, index) => [`signal ${index + 1}`, `update ${index + 1}`]).flat();
    expect(new Set(reasons)).toEqual(new Set(asked));
    expect(reasons).toHaveLength(asked.length);
  });

  it('is cancelled by whoever asked last', () => {
    expect(life.outcome).toMatchObject({ status: 'cancelled' });
    expect(life.events.filter(({ cause }) => cause === 'cancel_requested')).toMatchObject([
      { requestedBy: 'bob', reason: 'enough' },
    ]);
  });

  it('keeps its window, and is placed once', () => {
    expect(life.after.monitoredSince).toBe(life.before.monitoredSince);
    expect(world.test.simulator.ledger.postCount(life.after.clientOrderId)).toBe(1);
  });
});
