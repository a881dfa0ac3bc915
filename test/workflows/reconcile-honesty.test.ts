/** What a run says, and does not say, when the exchange does not show everything. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultAction, FaultMatch } from '../../src/simulator/index.ts';
import { staleForMs } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { HOUR_MS, MINUTE_MS, named, startWorld, type World } from '../support/reconciling.ts';

const GONE = { kind: 'answer', when: 'before', status: 503, body: 'go/sg/0' } satisfies FaultAction;

let test: TestEngine;
let world: World;
/** An old trade that is open on both sides, and watched. */
let clientOrderId: string;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
  for (let index = 0; index < 3; index += 1) {
    ({ clientOrderId } = await world.watched({ ageMs: 40 * HOUR_MS }));
  }
});
afterEach(() => test.simulator.faults.clear());
afterAll(() => world?.stop());

function fault(match: FaultMatch, action: FaultAction): void {
  test.simulator.faults.add({ match, do: action });
}

describe('a run that cannot see everything', () => {
  it.each<[string, FaultMatch, FaultAction]>([
    ['errors', { endpoint: 'listOrders' }, GONE],
    ['errors everywhere', {}, GONE],
    ['empty lists', { endpoint: 'listOrders' }, { kind: 'omit' }],
    ['empty lists and 404 for everything', {}, { kind: 'omit' }],
    ['answers that are cut off', { endpoint: 'listOrders' }, { kind: 'truncate' }],
  ])('is partial with %s, and concludes nothing', async (_what, match, action) => {
    fault(match, action);

    const report = await world.reconcile();

    expect(report.status).toBe('partial');
    expect(report.gaps.length).toBeGreaterThan(0);
    expect(report).toMatchObject({ issuesFound: 0, issuesResolved: 0 });
    expect(await world.issues(false)).toEqual([]);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
  });

  it('asks by id for what a list leaves out, and finds nothing missing', async () => {
    fault({ endpoint: 'listOrders', clientOrderId }, { kind: 'omit' });

    const report = await world.reconcile();

    expect(report).toMatchObject({ status: 'partial', issuesFound: 0 });
    expect(report.gaps.join()).toContain('lacked 1 orders');
  });

  it('still says that a trade is undecided for too long', async () => {
    const order = await world.watched({}, staleForMs(10 * MINUTE_MS));
    fault({}, GONE);

    await world.reconcile();

    expect(named(await world.issues())).toEqual([`${order.clientOrderId} stale`]);
  });

  it('ends at its time limit, and says so', async () => {
    fault({ endpoint: 'listOrders' }, { kind: 'delay', when: 'before', ms: 3_000 });

    const report = await world.reconcile({ timeLimitMs: 2_000 });

    expect(report.status).toBe('partial');
    expect(report.gaps.join()).toContain('time limit');
  });

  it('is complete again when the exchange is', async () => {
    expect(await world.reconcile()).toMatchObject({ status: 'complete', gaps: [] });
  });
});
