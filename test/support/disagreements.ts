/** Disagreements of all kinds among healthy trades, and what reconciliation must make of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SyncIssueKind } from '../../src/domain/reconciliation/issue.ts';
import type { LedgerOrder } from '../../src/simulator/index.ts';
import { HOUR_MS, MARKET, MINUTE_MS, type World } from './reconciling.ts';

/** What the runs must find, as `clientOrderId kind`. */
export interface Expected {
  /** In the first run. */
  first: string[];
  /** In the second run only, because an orphan is reported by the second run that sees it. */
  second: string[];
  /** Of both, what stays open for an operator. */
  waiting: string[];
}

/** How many of each kind make 50. */
const OF_50 = {
  missedFills: 9,
  missedCancels: 6,
  correctedEnds: 4,
  partialFills: 3,
  withoutWorkflow: 6,
  endedButRunning: 6,
  staleForGood: 3,
  staleButResting: 3,
  purged: 4,
  foreign: 3,
  ours: 3,
};

/** A workflow that was started less than 10 s before a run is not called overdue by it. */
const OLD_ENOUGH_MS = 11_000;

/** Healthy trades that are open; each has a workflow. */
const RESTING = 100;

type Make = (world: World) => Promise<LedgerOrder>;

/** @param scale - 1 makes 50 disagreements among 500 healthy trades, 10 ten times as many of both. */
export async function makeDisagreements(world: World, scale: number): Promise<Expected> {
  const expected: Expected = { first: [], second: [], waiting: [] };
  const finds = async (count: keyof typeof OF_50, make: Make, kind: SyncIssueKind, waits = false): Promise<void> => {
    for (let index = 0; index < OF_50[count] * scale; index += 1) {
      const name = `${(await make(world)).clientOrderId} ${kind}`;
      (kind === 'orphan' ? expected.second : expected.first).push(name);
      if (waits) expected.waiting.push(name);
    }
  };
  // These wait for their workflows, so they come before there are many.
  await finds('endedButRunning', endedButRunning, 'ended_but_running');
  const oldEnough = sleep(OLD_ENOUGH_MS);
  await makeHealthy(world, 500 * scale - RESTING, RESTING);
  await finds('missedFills', missedFill, 'missed_fill');
  await finds('missedCancels', missedCancel, 'missed_cancel');
  await finds('correctedEnds', correctedEnd, 'figures_differ');
  await finds('partialFills', partialFill, 'figures_differ');
  await finds('withoutWorkflow', () => world.unwatched(), 'no_workflow');
  await finds('staleButResting', staleButResting, 'stale');
  await finds('staleForGood', staleForGood, 'stale', true);
  await finds('purged', purged, 'unknown_at_exchange', true);
  await finds('foreign', foreign, 'orphan', true);
  await finds('ours', ours, 'orphan');
  const { clientOrderId: last } = await world.watched();
  await world.test.untilState(last, ({ state }) => state === 'monitoring', 180_000);
  await oldEnough;
  for (const list of Object.values(expected)) (list as string[]).sort();
  return expected;
}

async function makeHealthy(world: World, ended: number, resting: number): Promise<void> {
  for (let index = 0; index < ended; index += 1) {
    const order = world.order({
      ageMs: (index % 48) * HOUR_MS + MINUTE_MS,
      configuration: index % 2 === 0 ? MARKET : undefined,
    });
    const agoMs = (index % 48) * HOUR_MS;
    await world.trade(world.act(order.clientOrderId, { do: index % 3 === 0 ? 'cancel' : 'fill' }, agoMs));
  }
  for (let index = 0; index < resting; index += 1) await world.watched();
}

async function foreign(world: World): Promise<LedgerOrder> {
  return world.order({ name: 'foreign' });
}

export async function missedFill(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await world.watched();
  return world.act(clientOrderId, { do: 'fill' });
}

export async function missedCancel(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await world.watched();
  world.act(clientOrderId, { do: 'fill', part: '0.25' });
  return world.act(clientOrderId, { do: 'cancel' });
}

/** The exchange took a fill back after the trade had ended, and entered a smaller one. */
export async function correctedEnd(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = world.order();
  await world.trade(world.act(clientOrderId, { do: 'fill' }));
  return world.act(clientOrderId, { do: 'reverse', correctedSize: '0.0015' });
}

async function partialFill(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await world.watched();
  return world.act(clientOrderId, { do: 'fill', part: '0.5' });
}

export async function endedButRunning(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await world.watched();
  await world.test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
  const order = world.act(clientOrderId, { do: 'cancel' });
  await world.sql(
    `update trades set status = 'cancelled', detected_by = 'monitoring', fills_complete = true,
       ended_at = now() - interval '2 minutes' where client_order_id = ?`,
    [clientOrderId],
  );
  return order;
}

async function staleForGood(world: World): Promise<LedgerOrder> {
  return world.watched({ configuration: MARKET }, staleForMs(HOUR_MS / 2));
}

export async function staleButResting(world: World): Promise<LedgerOrder> {
  return world.watched({}, staleForMs(HOUR_MS / 2));
}

export function staleForMs(ms: number): Record<string, unknown> {
  return { status: 'stale', stale_since: new Date(Date.now() - ms).toISOString() };
}

/** Open here, and purged there. */
export async function purged(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await world.watched();
  return world.act(clientOrderId, { do: 'purge' });
}

/** An orphan that an archived history proves to be ours. */
export async function ours(world: World): Promise<LedgerOrder> {
  const order = world.order({ name: 'ours' });
  await world.archived(order);
  return order;
}
