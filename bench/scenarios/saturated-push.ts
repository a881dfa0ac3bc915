import { saturatedLatency } from '../saturated.ts';
import type { Scenario } from '../scenario.ts';

export const saturatedPush: Scenario = {
  name: 'saturated-push',
  what: 'filled at the exchange → `completed` committed, twice as many orders as the budget carries, push healthy: p50 / p99',
  goal: '≤ 60 / ≤ 300 ms',
  measure: (bench) => saturatedLatency(bench, { push: true, goal: { medianMs: 60, p99Ms: 300 } }),
};
