import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SharedBudget } from '../../src/coinbase/budget/shared-budget.ts';
import type { Database } from '../../src/database/database.ts';
import type { OthersLease, RequestLease } from '../../src/ports/request-leases.ts';
import { eventually } from '../support/waiting.ts';
import { twoConnections, type TwoConnections } from './fixtures.ts';

let connections: TwoConnections;
let db: Database;
let other: Database;
beforeAll(async () => {
  connections = await twoConnections();
  ({ db, second: other } = connections);
});
afterEach(async () => {
  const left = Object.keys(await look());
  await look(left);
});
afterAll(() => connections?.close());

const LEASE: RequestLease = { held: 3, wanted: 5, requestsPerSecond: 30, pausedForMs: 0, isLeaving: false };

async function keep(processId: string, change: Partial<RequestLease> = {}, lastsMs = 60_000): Promise<void> {
  await db.requestLeases.renew(processId, () => ({ lease: { ...LEASE, ...change }, lastsMs, expired: [] }));
}

/** What a process that keeps no lease sees, and ends. */
async function look(expired: readonly string[] = []): Promise<Record<string, Omit<OthersLease, 'processId'>>> {
  let seen: readonly OthersLease[] = [];
  await other.requestLeases.renew('observer', (others) => {
    seen = others;
    return { lease: null, lastsMs: 0, expired };
  });
  return Object.fromEntries(seen.map(({ processId, ...lease }) => [processId, lease]));
}

describe('the leases of the budget', () => {
  it('are shown to the others as they were renewed last, until they are ended', async () => {
    await keep('a');
    await keep('b', { held: 1, isLeaving: true });
    await keep('a', { held: 7, wanted: 200 });
    expect(await look(['a'])).toEqual({
      a: { ...LEASE, held: 7, wanted: 200, hasLapsed: false },
      b: { ...LEASE, held: 1, isLeaving: true, hasLapsed: false },
    });
    expect(Object.keys(await look(['b']))).toEqual(['b']);
    expect(await look()).toEqual({});
  });

  it('expire by the database’s clock, and say how long a pause still lasts', async () => {
    await keep('dead', {}, -1);
    await keep('paused', { pausedForMs: 5_000.5 });
    const { dead, paused } = await look(['dead', 'paused']);
    expect(dead?.hasLapsed).toBe(true);
    expect(paused?.pausedForMs).toBeGreaterThan(2_000);
    expect(paused?.pausedForMs).toBeLessThanOrEqual(5_001);
  });

  it('are decided by one process at a time, which sees what the one before it wrote', async () => {
    const total = 30;
    const ids = Array.from({ length: 20 }, (_, index) => `process-${index}`);
    await Promise.all(
      ids.map((id, index) =>
        (index % 2 === 0 ? db : other).requestLeases.renew(id, (others) => {
          const free = total - others.reduce((sum, { held }) => sum + held, 0);
          return { lease: { ...LEASE, held: Math.min(4, free) }, lastsMs: 60_000, expired: [] };
        }),
      ),
    );
    const seen = Object.values(await look(ids));
    expect(seen).toHaveLength(20);
    expect(seen.reduce((sum, { held }) => sum + held, 0)).toBe(total);
  });

  it('divide the budget between two processes, and leave all of it to the one that stays', async () => {
    const first = new SharedBudget(30, db.requestLeases);
    const second = new SharedBudget(30, other.requestLeases);
    try {
      await first.join();
      // A tenth is left free for a process that has nothing.
      expect(first.limit).toBe(27);
      await second.join();
      const areEqual = () => Math.abs(first.limit - second.limit) <= 1 && first.limit + second.limit === 27;
      await eventually(async () => (areEqual() ? true : undefined), {
        withinMs: 10_000,
        what: 'half of the budget',
      });
      first.backOff(5_000);
      await eventually(async () => (second.pausedForMs > 0 ? true : undefined), {
        withinMs: 10_000,
        what: 'the pause of the other',
      });
      await first.leave();
      await eventually(async () => (second.limit === 27 ? true : undefined), {
        withinMs: 10_000,
        what: 'all of the budget',
      });
    } finally {
      await Promise.all([first.leave(), second.leave()]);
    }
    expect(await look()).toEqual({});
  });
});
