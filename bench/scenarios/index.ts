/**
 * All scenarios, in the order in which they run: first those with the raised budget, with which the worker is started;
 * then those without open orders; then those with, first with push and then without; last the one that kills the worker.
 */
import type { Scenario } from '../scenario.ts';
import { defaultBudget } from './default-budget.ts';
import { flood } from './flood.ts';
import { history } from './history.ts';
import { killed } from './killed.ts';
import { latencyNoPush, latencyPush } from './latency.ts';
import { quietNoPush, quietPush } from './quiet.ts';
import { saturatedNoPush, saturatedPush } from './saturated.ts';
import { marketLatency } from './market-latency.ts';
import { marketRequests } from './market-requests.ts';
import { memory } from './memory.ts';
import { throughput } from './throughput.ts';

export const SCENARIOS: readonly Scenario[] = [
  throughput,
  marketLatency,
  marketRequests,
  history,
  defaultBudget,
  flood,
  saturatedPush,
  saturatedNoPush,
  quietPush,
  memory,
  latencyPush,
  quietNoPush,
  latencyNoPush,
  killed,
];
