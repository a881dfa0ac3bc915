/**
 * All scenarios, in the order in which they run: the raised budget first, which the worker is started with; those that
 * need no open orders; those that do, push healthy before push down; at last the one that kills the worker.
 */
import type { Scenario } from '../scenario.ts';
import { defaultBudget } from './default-budget.ts';
import { flood } from './flood.ts';
import { history } from './history.ts';
import { killed } from './killed.ts';
import { latencyNoPush } from './latency-no-push.ts';
import { latencyPush } from './latency-push.ts';
import { marketLatency } from './market-latency.ts';
import { marketRequests } from './market-requests.ts';
import { memory } from './memory.ts';
import { quietNoPush } from './quiet-no-push.ts';
import { quietPush } from './quiet-push.ts';
import { saturatedNoPush } from './saturated-no-push.ts';
import { saturatedPush } from './saturated-push.ts';
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
