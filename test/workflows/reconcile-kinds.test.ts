/** One disagreement of each kind: what is found, what is done about it, and what the next run says. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endedButRunning } from '../support/disagreements.ts';
import type { TestEngine } from '../support/engine.ts';
import { HOUR_MS, MARKET, MINUTE_MS, startWorld, type World } from '../support/reconciling.ts';
import { untilRow } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
});
afterAll(() => world?.stop());

async function issueOf(clientOrderId: string) {
  const found = (await world.issues(false)).filter((issue) => issue.clientOrderId === clientOrderId);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a reconciliation run', () => {
  it('finds a fill that the workflow missed, has it recorded, and confirms it with the time for which the bot was blocked', async () => {
    const { clientOrderId } = await world.watched();
    world.act(clientOrderId, { do: 'fill' }, 5 * MINUTE_MS);

    const first = await world.reconcile();
    expect(first.gaps).toEqual([]);
    expect(first).toMatchObject({ status: 'complete', issuesFound: 1, issuesResolved: 0 });
    expect(await issueOf(clientOrderId)).toMatchObject({
      kind: 'missed_fill',
      dbStatus: 'pending',
      coinbaseStatus: 'FILLED',
      resolvedAt: null,
      runId: first.runId,
    });
    await untilRow(test, { clientOrderId }, ({ status }) => status === 'completed');
    await world.recordFills();
    expect(await test.trades.find(clientOrderId)).toMatchObject({ detectedBy: 'reconciliation' });

    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 0, issuesResolved: 1 });
    const issue = await issueOf(clientOrderId);
    expect(issue).toMatchObject({ resolution: 'repaired: completed' });
    expect(Number(issue?.blockedSeconds)).toBeGreaterThan(299);
    expect(Number(issue?.blockedSeconds)).toBeLessThan(330);
  });

  it('starts a workflow that resumes, and never posts, where none watches an open trade', async () => {
    const { clientOrderId } = await world.unwatched();

    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 1 });
    expect(await issueOf(clientOrderId)).toMatchObject({ kind: 'no_workflow' });
    await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);

    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
    expect(await issueOf(clientOrderId)).toMatchObject({ resolution: 'resumed' });
  });

  it('ends the workflow of a trade that has ended', async () => {
    const { clientOrderId } = await endedButRunning(world);

    await eventually(
      async () => {
        const { issuesFound } = await world.reconcile();
        return issuesFound === 1;
      },
      { withinMs: 40_000, what: 'the running workflow to be listed, and old enough to be overdue' },
    );
    expect(await issueOf(clientOrderId)).toMatchObject({ kind: 'ended_but_running', dbStatus: 'cancelled' });
    await test.client.workflow.getHandle(`order-${clientOrderId}`).result();

    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
    expect(await issueOf(clientOrderId)).toMatchObject({ resolution: 'the workflow has ended' });
  });

  it('reports that an order cannot be verified when the exchange has purged it, and waits for an operator', async () => {
    const { clientOrderId } = await world.watched({ configuration: MARKET, ageMs: 30 * HOUR_MS });
    world.act(clientOrderId, { do: 'purge' });

    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 1 });
    expect(await world.reconcile()).toMatchObject({ status: 'complete', issuesFound: 0, issuesResolved: 0 });
    expect(await issueOf(clientOrderId)).toMatchObject({ kind: 'unknown_at_exchange', resolvedAt: null });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending' });

    await test.client.workflow.getHandle(`order-${clientOrderId}`).executeUpdate('resolveOrder', {
      args: [{ status: 'failed', requestedBy: 'alice', reason: 'purged at the exchange' }],
    });
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
    expect(await issueOf(clientOrderId)).toMatchObject({ resolution: 'resolved by an operator as failed' });
  });

  it('reports a foreign order in the second run and leaves it alone', async () => {
    const order = world.order({ name: 'foreign' });

    expect(await world.reconcile()).toMatchObject({ issuesFound: 0 });
    expect(await world.reconcile()).toMatchObject({ issuesFound: 1 });
    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 0 });
    expect(await issueOf(order.clientOrderId)).toMatchObject({ kind: 'orphan', dbStatus: null, resolvedAt: null });
    expect(await test.trades.find(order.clientOrderId)).toBeNull();
  });

  it('adopts an order that an archived history proves to be ours', async () => {
    const order = world.order({ name: 'ours' });
    await world.archived(order);

    await world.reconcile();
    expect(await world.reconcile()).toMatchObject({ issuesFound: 1 });
    await test.untilState(order.clientOrderId, ({ state }) => state === 'monitoring');
    expect(await test.trades.find(order.clientOrderId)).toMatchObject({
      orderId: order.orderId,
      botId: 'bot9',
      status: 'pending',
    });

    expect(await world.reconcile()).toMatchObject({ issuesFound: 0, issuesResolved: 1 });
    expect(await issueOf(order.clientOrderId)).toMatchObject({ resolution: 'adopted' });
  });
});
