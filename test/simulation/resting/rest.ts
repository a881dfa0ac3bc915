/**
 * `npm run simulate -- --rest <which>`: one order that rests until it is filled, while the workers are restarted every
 * week. Around whatever happens the clock is exact; between, the feed waits longer, so that a year has few enough steps.
 */
import { isEnded } from '../../../src/domain/order/trade.ts';
import { Chance } from '../chance.ts';
import { START_MS } from '../surroundings.ts';
import { realNowMs, rested, useScheduler } from '../virtual-time.ts';
import { World } from '../world.ts';
import { Calendar } from './calendar.ts';
import { costBetween, costUntilNow, type Cost } from './cost.ts';
import { DAY_MS, HOUR_MS, scenarioOf, type Rest } from './rests.ts';

const MINUTE_MS = 60_000;
const RESTART_EVERY_DAYS = 7;
/** In truth it is every minute, as in the minutes that are measured. */
const RECONCILE_EVERY_MS = 6 * HOUR_MS;
/** Node gets a moment then, for what it does between events. */
const STEPS_AT_ONCE = 20_000;

export interface RestReport {
  violation: string | null;
  status: string | undefined;
  filledSize: string | undefined;
  /** Each row of `order_events`. */
  events: string[];
  /** Of each run of the order, the types of its history's events. */
  histories: string[][];
  restarts: number;
  /** Of thirty days, from the end of the first on. */
  month: Cost;
  /** On an exact clock, with reconciliation every minute. */
  tenMinutes: Cost;
  steps: number;
  seconds: number;
}

export async function live(rest: Rest): Promise<RestReport> {
  const startedMs = realNowMs();
  const world = new World(new Chance(1), scenarioOf(rest), null);
  const { surroundings, temporal, store } = world;
  useScheduler(surroundings.scheduler);
  const calendar = new Calendar(world, rest.leastWaitMs);
  const restarts = enterHappenings(calendar, world, rest);
  const month = measured(calendar, world, DAY_MS, 31 * DAY_MS);
  const [fromMs, toMs] = [30 * DAY_MS, 30 * DAY_MS + 10 * MINUTE_MS];
  calendar.exactly(fromMs, toMs);
  for (let ms = fromMs; ms < toMs; ms += MINUTE_MS) calendar.at(ms, () => temporal.reconcile());
  const tenMinutes = measured(calendar, world, fromMs, toMs);
  calendar.begin();
  const steps = await runUntilFilled(world, START_MS + (rest.days + 1) * DAY_MS);
  useScheduler(null);
  return {
    violation: surroundings.violation,
    status: store.row?.status,
    filledSize: store.row?.filledSize,
    events: store.events.map(({ at, toStatus, cause }) => `day ${dayOf(at)}: ${toStatus}, ${cause}`),
    histories: temporal.histories.map(({ events }) => events),
    restarts,
    month: month(),
    tenMinutes: tenMinutes(),
    steps,
    seconds: Math.round((realNowMs() - startedMs) / 100) / 10,
  };
}

/** Answers how often a worker is restarted. */
function enterHappenings(calendar: Calendar, world: World, { days, awayOnDay, monitorForMs }: Rest): number {
  const { surroundings, temporal } = world;
  const { scenario } = surroundings;
  calendar.enter(0, () => {
    temporal.startFeed();
    temporal.start(scenario.clientOrderId, { ...scenario.newOrder, botId: 'bot7', policy: scenario.policy });
  });
  for (const { atMs } of scenario.steps) calendar.exactly(atMs);
  const restart = (index: number): void => {
    const worker = world.workers[index];
    if (worker !== undefined) world.crash(worker);
  };
  let restarts = 0;
  for (let day = RESTART_EVERY_DAYS; day < days; day += RESTART_EVERY_DAYS) {
    for (const index of world.workers.keys()) {
      calendar.enter((day - 0.5) * DAY_MS + index * MINUTE_MS, () => restart(index));
      restarts += 1;
    }
  }
  if (awayOnDay !== null) {
    calendar.enter(awayOnDay * DAY_MS, () => (surroundings.isExchangeAway = true));
    calendar.enter(awayOnDay * DAY_MS + 2 * monitorForMs, () => (surroundings.isExchangeAway = false));
  }
  for (let ms = 0; ms < days * DAY_MS; ms += RECONCILE_EVERY_MS) calendar.at(ms, () => temporal.reconcile());
  return restarts;
}

function measured(calendar: Calendar, world: World, fromMs: number, toMs: number): () => Cost {
  const costs: Cost[] = [];
  for (const ms of [fromMs, toMs]) calendar.at(ms, () => costs.push(costUntilNow(world)));
  return () => {
    const [before, after] = costs;
    if (before === undefined || after === undefined) throw new Error('the order did not rest for long enough');
    return costBetween(before, after);
  };
}

/** Answers in how many steps. */
async function runUntilFilled(world: World, lastMs: number): Promise<number> {
  const { surroundings, store, temporal, invariants } = world;
  for (let steps = 1; ; steps += 1) {
    const event = surroundings.scheduler.next();
    if (event === null || surroundings.nowMs > lastMs) surroundings.violated('it has not ended');
    if (event === null || surroundings.violation !== null) return steps;
    await world.happen(event);
    if (steps % STEPS_AT_ONCE === 0) await rested();
    const { row } = store;
    if (row === null || !isEnded(row.status) || !row.fillsComplete || temporal.isRunning) continue;
    invariants.settled(row);
    return steps;
  }
}

function dayOf(time: string): number {
  return Math.floor((Date.parse(time) - START_MS) / DAY_MS);
}
