/** One life of one order, from the request to the moment at which everything has come to rest. */
import { RESOLVED_BY_OPERATOR } from '../../src/domain/order/decisions/end.ts';
import { isImmediate } from '../../src/domain/order/order-configuration.ts';
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { SyncIssueKind } from '../../src/domain/reconciliation/issue.ts';
import { Chance } from './chance.ts';
import { begin } from './people.ts';
import { drawScenario } from './scenario.ts';
import { rested, useScheduler } from './virtual-time.ts';
import { START_MS } from './surroundings.ts';
import { World } from './world.ts';

const LOOK_EVERY_MS = 250;
/** A life of more events than this goes round in circles. */
const MAX_EVENTS = 300_000;
/** How long after the last fault, and after what it waits for, a trade may still be as it is. */
const GRACE_MS: Record<'placing' | 'pending' | 'stale', number> = { placing: 60_000, pending: 45_000, stale: 55_000 };
/** Without a workflow, until reconciliation has had it resumed. */
const RESUMED_AFTER_MS = 150_000;
const MAX_MS = 420_000;

export interface Life {
  violation: string | null;
  /** What reconciliation found. */
  issues: readonly SyncIssueKind[];
  faults: readonly string[];
  timeline: readonly string[];
}

export async function live(seed: number, left?: ReadonlySet<string>, { keepsTimeline = false } = {}): Promise<Life> {
  const timeline: string[] = [];
  const chance = new Chance(seed, left);
  const world = new World(chance, drawScenario(chance), keepsTimeline ? timeline : null);
  useScheduler(world.surroundings.scheduler);
  begin(world);
  await run(world);
  await rested();
  useScheduler(null);
  const { surroundings, records } = world;
  return {
    violation: surroundings.violation,
    issues: records.issues.map(({ kind }) => kind),
    faults: chance.faults,
    timeline,
  };
}

async function run(world: World): Promise<void> {
  const { surroundings } = world;
  const { scheduler, scenario } = surroundings;
  const lastWishMs = START_MS + Math.max(0, ...scenario.wishes.map(({ atMs }) => atMs));
  let lookAtMs = scheduler.nowMs + LOOK_EVERY_MS;
  for (let events = 0; surroundings.violation === null; events += 1) {
    const event = scheduler.next();
    if (event === null || events > MAX_EVENTS)
      return surroundings.violated('nothing happens any more, or always the same');
    if (world.isWorker(event.owner) && surroundings.fault(`${event.owner.name} crashes`, 0.002)) {
      world.crash(event.owner);
      continue;
    }
    await world.happen(event);
    if (scheduler.nowMs < lookAtMs) continue;
    lookAtMs = scheduler.nowMs + LOOK_EVERY_MS;
    if (scheduler.nowMs > lastWishMs && isAtRest(world)) return;
    mustNotBlock(world);
  }
}

/** The row is as the exchange has it, and nothing is under way that could change either. */
function isAtRest({ store, ledger, temporal, surroundings, invariants }: World): boolean {
  const { row } = store;
  const { order } = ledger;
  if (row === null || !isEnded(row.status) || temporal.isRunning || surroundings.posts > 0) return false;
  if (order !== null && !order.isForeign && (!order.hasEnded || order.hasStepsFrom(surroundings.nowMs))) return false;
  if (row.reason === RESOLVED_BY_OPERATOR) return true;
  const isSettled =
    row.orderId === null || (row.fillsComplete && (order === null || row.filledSize === order.filledSize));
  if (isSettled) invariants.settled(row);
  return isSettled;
}

/** Nothing is blocked for longer than its policy once faults have ended. */
function mustNotBlock({ surroundings, store, ledger, temporal }: World): void {
  const { nowMs, faultsEndMs } = surroundings;
  const { row } = store;
  if (nowMs > faultsEndMs + MAX_MS) surroundings.violated('it has not come to rest');
  if (row === null || (row.status !== 'placing' && row.status !== 'pending' && row.status !== 'stale')) return;
  const knownMs = Math.max(faultsEndMs, mayBlockUntilMs(row, ledger.order?.endedAtMs ?? Infinity));
  const sinceMs = Math.max(knownMs, temporal.changedAtMs);
  if (nowMs > sinceMs + (temporal.isRunning ? GRACE_MS[row.status] : RESUMED_AFTER_MS))
    surroundings.violated(`still ${row.status}`);
}

function mayBlockUntilMs(
  { status, createdAt, policy, orderConfiguration, monitoredSince }: Trade,
  endMs: number,
): number {
  if (status === 'placing') return Date.parse(createdAt) + policy.placeForMs;
  if (status === 'stale' || !isImmediate(orderConfiguration)) return endMs;
  return Math.min(endMs, Date.parse(monitoredSince ?? createdAt) + policy.monitorForMs);
}
