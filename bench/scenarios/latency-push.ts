import { fillLatency } from '../latency.ts';
import type { Scenario } from '../scenario.ts';

export const latencyPush: Scenario = {
  name: 'latency-push',
  what: 'filled at the exchange → `completed` committed, push healthy: p50 / p99',
  goal: '≤ 60 / ≤ 300 ms',
  measure: (bench) => fillLatency(bench, { push: true, goal: { medianMs: 60, p99Ms: 300 } }),
};
