import { saturatedLatency } from '../saturated.ts';
import type { Scenario } from '../scenario.ts';

export const saturatedNoPush: Scenario = {
  name: 'saturated-no-push',
  what: 'filled at the exchange → `completed` committed, twice as many orders as the budget carries, push down: p50 / p99',
  goal: '≤ 2,000 / ≤ 4,000 ms',
  measure: (bench) => saturatedLatency(bench, { push: false, goal: { medianMs: 2_000, p99Ms: 4_000 } }),
};
