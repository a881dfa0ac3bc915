/** The runs by which reconciliation finds disagreements, has them repaired, and confirms it. */
import { expect } from '@jest/globals';
import type { ReconcileReport } from '../../src/domain/reconciliation/report.ts';
import type { Expected } from './disagreements.ts';
import { named, type World } from './reconciling.ts';
import { eventually } from './waiting.ts';

/**
 * One run finds all but the orphans, the second those; the next confirms, and what awaits an operator stays one open issue.
 * Answers the reports of the four runs.
 */
export async function expectAllFound(world: World, expected: Expected, withinMs: number): Promise<ReconcileReport[]> {
  const isOrphan = (name: string): boolean => name.endsWith(' orphan');
  const first = await world.reconcile({}, withinMs);
  expect(first.gaps).toEqual([]);
  expect(named(await world.issues())).toEqual(expected.first);
  expect(first).toMatchObject({ status: 'complete', issuesFound: expected.first.length, issuesResolved: 0 });
  await untilRepaired(world, withinMs);

  const second = await world.reconcile({}, withinMs);
  expect(second).toMatchObject({
    status: 'complete',
    issuesFound: expected.second.length,
    issuesResolved: expected.first.length - expected.waiting.filter((name) => !isOrphan(name)).length,
  });
  await untilRepaired(world, withinMs);

  const third = await world.reconcile({}, withinMs);
  expect(third).toMatchObject({
    status: 'complete',
    issuesFound: 0,
    issuesResolved: expected.second.length - expected.waiting.filter(isOrphan).length,
  });
  expect(named(await world.issues())).toEqual(expected.waiting);

  const fourth = await world.reconcile({}, withinMs);
  expect(fourth).toMatchObject({ status: 'complete', issuesFound: 0, issuesResolved: 0 });
  expect(named(await world.issues())).toEqual(expected.waiting);
  return [first, second, third, fourth];
}

/** Until every repair that was sent has ended its trade, or its workflow. */
async function untilRepaired(world: World, withinMs: number): Promise<void> {
  await eventually(
    async () => {
      await world.recordFills();
      const [left] = await world.sql<{ count: number }[]>(
        `select count(*)::integer as count from sync_issues i join trades t on t.client_order_id = i.client_order_id
         where i.resolved_at is null and (
           (i.kind in ('missed_fill', 'missed_cancel') and t.status in ('pending', 'placing', 'stale'))
           or (i.kind in ('missed_fill', 'missed_cancel', 'figures_differ') and t.status <> 'pending' and not t.fills_complete)
           or (i.kind = 'stale' and t.status = 'stale' and i.repairs > 0))`,
      );
      return left?.count === 0;
    },
    { withinMs, what: 'the repairs to be done' },
  );
}
