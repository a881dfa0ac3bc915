/** What a run says of orders that the exchange does not know, or shows so that they cannot be read. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { purged } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { named, startWorld, type World } from '../support/reconciling.ts';

let test: TestEngine;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
});
afterAll(() => world?.stop());

/** As if runs had seen it for so long already. */
async function seenFor(minutes: number): Promise<void> {
  await world.sql(`update discrepancies set first_seen_at = first_seen_at - ? * interval '1 minute'`, [minutes]);
}

describe('a run that is shown no order at all', () => {
  it('reports the only open one, which the exchange has purged, a minute after another run did not find it', async () => {
    const { clientOrderId } = await purged(world);

    for (const report of [await world.reconcile(), await world.reconcile()]) {
      const { status, issuesFound, gaps } = report;
      expect({ status, issuesFound }).toEqual({ status: 'partial', issuesFound: 0 });
      expect(gaps).toEqual([expect.stringContaining('showed no order at all, and does not know 1')]);
    }
    await seenFor(1);

    expect(await world.reconcile()).toMatchObject({ status: 'complete', gaps: [], issuesFound: 1 });
    expect(named(await world.issues())).toEqual([`${clientOrderId} unknown_at_exchange`]);
    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 0, issuesResolved: 0 });
  });

  it('does not believe for an hour that it was purged where a filled order is not known either', async () => {
    const filled = world.order();
    await world.trade(world.act(filled.clientOrderId, { do: 'fill' }));
    world.act(filled.clientOrderId, { do: 'purge' });
    const { clientOrderId } = await purged(world);

    await world.reconcile();
    await seenFor(58);
    expect(await world.reconcile()).toMatchObject({ status: 'partial', issuesFound: 0 });
    await seenFor(2);
    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 1 });
    expect(named(await world.issues())).toContain(`${clientOrderId} unknown_at_exchange`);
  });
});

describe('a row that cannot be read', () => {
  it('makes the run partial for its order alone, alerts once, and all others are compared', async () => {
    const unreadable = await world.watched();
    const filled = await world.watched();
    await world.watched();
    world.act(filled.clientOrderId, { do: 'fill' });
    const { clientOrderId: absent } = await purged(world);
    const { clientOrderId } = unreadable;
    test.simulator.faults.add({ match: { clientOrderId }, do: { kind: 'patch', fields: { filled_size: 'many' } } });
    const alertsBefore = test.alerts.length;

    const report = await world.reconcile();
    await world.reconcile();
    test.simulator.faults.clear();

    expect(report).toMatchObject({ status: 'partial', gaps: [], issuesFound: 2 });
    expect(report.unreadable).toEqual([
      { orderId: unreadable.orderId, problem: expect.stringContaining('filled_size') },
    ]);
    expect(named(report.differences)).toEqual(
      expect.arrayContaining([`${filled.clientOrderId} missed_fill`, `${absent} unknown_at_exchange`]),
    );
    const alerts = test.alerts.slice(alertsBefore).filter(({ alert }) => /unreadable|partial/.test(alert));
    expect(alerts).toMatchObject([{ alert: 'order-unreadable', orderId: unreadable.orderId }]);
    expect((await world.issues(false)).filter((issue) => issue.clientOrderId === clientOrderId)).toEqual([]);
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });
  });
});
