/** Disagreements of all kinds among healthy trades, and what reconciliation must make of them. */
import type { LedgerOrder } from '../../src/simulator/index.ts';
import { HOUR_MS, MARKET, MINUTE_MS, type World } from './reconciling.ts';

/** What the runs must find, as `clientOrderId kind`. */
export interface Expected {
  /** In the first run. */
  first: string[];
  /** In the second run only, because an orphan is believed at its second sighting. */
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
  forgotten: 4,
  strangers: 3,
  ours: 3,
};

/** @param scale - 1 makes 50 disagreements among 500 healthy trades, 10 ten times as many of both. */
export async function makeDisagreements(world: World, scale: number): Promise<Expected> {
  const expected: Expected = { first: [], second: [], waiting: [] };
  await makeHealthy(world, 400 * scale, 100 * scale);
  const times = (kind: keyof typeof OF_50): undefined[] => Array.from({ length: OF_50[kind] * scale });
  const finds = ({ clientOrderId }: LedgerOrder, kind: string): void =>
    void expected.first.push(`${clientOrderId} ${kind}`);

  for (const _ of times('missedFills')) finds(await missedFill(world), 'missed_fill');
  for (const _ of times('missedCancels')) finds(await missedCancel(world), 'missed_cancel');
  for (const _ of times('correctedEnds')) finds(await correctedEnd(world), 'figures_differ');
  for (const _ of times('partialFills')) finds(await partialFill(world), 'figures_differ');
  for (const _ of times('withoutWorkflow')) finds(await open(world, { watched: false }), 'no_workflow');
  for (const _ of times('endedButRunning')) finds(await endedButRunning(world), 'ended_but_running');
  for (const _ of times('staleButResting')) finds(await staleButResting(world), 'stale');
  for (const _ of times('staleForGood')) {
    const order = await staleForGood(world);
    finds(order, 'stale');
    expected.waiting.push(`${order.clientOrderId} stale`);
  }
  for (const _ of times('forgotten')) {
    const order = await open(world);
    world.act(order.clientOrderId, { do: 'purge' });
    finds(order, 'unknown_at_exchange');
    expected.waiting.push(`${order.clientOrderId} unknown_at_exchange`);
  }
  for (const _ of times('strangers')) {
    const { clientOrderId } = world.order({ name: 'stranger' });
    expected.second.push(`${clientOrderId} orphan`);
    expected.waiting.push(`${clientOrderId} orphan`);
  }
  for (const _ of times('ours')) {
    const order = world.order({ name: 'ours' });
    await world.archived(order);
    expected.second.push(`${order.clientOrderId} orphan`);
  }
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
  for (let index = 0; index < resting; index += 1) await open(world);
}

/** A resting order, its trade, and a workflow that looks once a minute. */
async function open(world: World, { watched = true } = {}): Promise<LedgerOrder> {
  const order = world.order();
  await world.trade(order);
  if (watched) await world.watch(order.clientOrderId);
  return order;
}

async function missedFill(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await open(world);
  return world.act(clientOrderId, { do: 'fill' });
}

async function missedCancel(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await open(world);
  world.act(clientOrderId, { do: 'fill', part: '0.25' });
  return world.act(clientOrderId, { do: 'cancel' });
}

/** The exchange took a fill back after the trade had ended, and entered a smaller one. */
async function correctedEnd(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = world.order();
  await world.trade(world.act(clientOrderId, { do: 'fill' }));
  return world.act(clientOrderId, { do: 'reverse', correctedSize: '0.0015' });
}

async function partialFill(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await open(world);
  return world.act(clientOrderId, { do: 'fill', part: '0.5' });
}

async function endedButRunning(world: World): Promise<LedgerOrder> {
  const { clientOrderId } = await open(world);
  await world.test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
  const order = world.act(clientOrderId, { do: 'cancel' });
  await world.sql(
    `update trades set status = 'cancelled', detected_by = 'monitoring', fills_complete = true,
       updated_at = now() - interval '2 minutes' where client_order_id = ?`,
    [clientOrderId],
  );
  return order;
}

async function staleForGood(world: World): Promise<LedgerOrder> {
  const order = world.order({ configuration: MARKET });
  await world.trade(order, { status: 'stale', stale_since: new Date(Date.now() - HOUR_MS / 2).toISOString() });
  await world.watch(order.clientOrderId);
  return order;
}

async function staleButResting(world: World): Promise<LedgerOrder> {
  const order = world.order();
  await world.trade(order, { status: 'stale', stale_since: new Date(Date.now() - HOUR_MS / 2).toISOString() });
  await world.watch(order.clientOrderId);
  return order;
}
