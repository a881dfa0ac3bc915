/** Orders that rest for long: what happens to them, and how exact the clock is while nothing does. */
import { DEFAULT_POLICY } from '../../../src/domain/order/policy.ts';
import { WHOLE } from '../exchange/ledger-order.ts';
import { anOrder, LONG_HISTORY_EVENTS, RESTING, type OrderStep, type Scenario } from '../scenario.ts';

const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface Rest {
  /** After so many it is filled. */
  days: number;
  monitorForMs: number;
  /** Between what happens, no wait of the feed is shorter. Less than the window. */
  leastWaitMs: number;
  /** A tenth of the order each time. */
  partialFillEveryDays: number;
  /** From that day on the exchange answers nothing for twice the window. */
  awayOnDay: number | null;
  longHistoryEvents: number;
}

export const RESTS: Record<string, Rest> = {
  'quiet-month': {
    days: 32,
    monitorForMs: DEFAULT_POLICY.monitorForMs,
    leastWaitMs: 4 * MINUTE_MS,
    partialFillEveryDays: Infinity,
    awayOnDay: null,
    longHistoryEvents: LONG_HISTORY_EVENTS,
  },
  'eventful-year': {
    days: 365,
    monitorForMs: HOUR_MS,
    leastWaitMs: 15 * MINUTE_MS,
    partialFillEveryDays: 40,
    awayOnDay: 100,
    // A server may be set so; by its default it takes eight hundred changes of an order.
    longHistoryEvents: 40,
  },
};

/** Nothing goes wrong by chance. */
export function scenarioOf({ days, monitorForMs, longHistoryEvents, partialFillEveryDays }: Rest): Scenario {
  const steps: OrderStep[] = [{ atMs: days * DAY_MS, what: 'fill', tenths: WHOLE, listedAfterMs: 0 }];
  for (let day = partialFillEveryDays; day < days; day += partialFillEveryDays) {
    steps.push({ atMs: day * DAY_MS, what: 'fill', tenths: 1, listedAfterMs: 0 });
  }
  return {
    ...anOrder(RESTING),
    policy: { ...DEFAULT_POLICY, monitorForMs },
    faultsEndMs: 0,
    longHistoryEvents,
    used: false,
    refusal: null,
    firstStatus: 'OPEN',
    steps,
    wishes: [],
  };
}
