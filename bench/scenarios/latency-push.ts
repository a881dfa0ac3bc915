import { filledOrders, fillLatency } from '../latency.ts';
import type { Scenario } from '../scenario.ts';

export const latencyPush: Scenario = {
  name: 'latency-push',
  what: 'filled at the exchange → `completed` committed, push healthy: p50 / p99',
  goal: '≤ 30 / ≤ 150 ms',
  fills: filledOrders,
  measure: (bench) => fillLatency(bench, { push: true, goal: { medianMs: 30, p99Ms: 150 } }),
};
