import { filledOrders, fillLatency } from '../latency.ts';
import type { Scenario } from '../scenario.ts';

export const latencyNoPush: Scenario = {
  name: 'latency-no-push',
  what: 'filled at the exchange → `completed` committed, push down: p50 / p99',
  goal: '≤ 1,500 / ≤ 3,000 ms',
  fills: filledOrders,
  measure: (bench) => fillLatency(bench, { push: false, goal: { medianMs: 1_500, p99Ms: 3_000 } }),
};
