/** A scenario is one JSON document of plans, faults and limits. */
import { InvalidArgument } from './core/errors.ts';
import type { Exchange } from './core/exchange.ts';
import type { OrderPlan, PlanTarget } from './core/plan.ts';
import { readPlan, readPlanTarget } from './core/plan.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import { readFaultRule } from './faults/fault-rule.ts';
import type { Faults } from './faults/faults.ts';
import type { PushFaultRule } from './faults/push-fault-rule.ts';
import { readPushFaultRule } from './faults/push-fault-rule.ts';
import type { PushFaults } from './faults/push-faults.ts';
import { readLimits, setLimits, type Limits, type ListingLimits, type RateLimit } from './http/limits.ts';
import { Reader } from './reader.ts';

export interface Scenario {
  plans?: readonly { target: PlanTarget; plan: OrderPlan }[];
  faults?: readonly FaultRule[];
  pushFaults?: readonly PushFaultRule[];
  limits?: Partial<Limits>;
}

/** What a scenario changes. */
export interface ScenarioTarget {
  exchange: Exchange;
  faults: Faults;
  pushFaults: PushFaults;
  rateLimit: RateLimit;
  listing: ListingLimits;
}

/** Parses a scenario file. Throws InvalidArgument, naming the field. */
export function parseScenario(text: string): Scenario {
  try {
    return readScenario(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidArgument(`it is not JSON: ${error.message}`);
    throw error;
  }
}

/** Throws InvalidArgument, naming the field. */
export function readScenario(value: unknown): Scenario {
  const scenario = new Reader(value, 'scenario', ['plans', 'faults', 'pushFaults', 'limits']);
  if (scenario.has('plans')) scenario.list('plans', readTargetedPlan);
  if (scenario.has('faults')) scenario.list('faults', readFaultRule);
  if (scenario.has('pushFaults')) scenario.list('pushFaults', readPushFaultRule);
  if (scenario.has('limits')) readLimits(scenario.raw('limits'), scenario.path('limits'));
  return value as Scenario;
}

/** Adds the scenario to what is set already. A malformed one sets nothing: throws InvalidArgument, naming the field. */
export function play(simulator: ScenarioTarget, given: Scenario): void {
  const { plans = [], faults = [], pushFaults = [], limits = {} } = readScenario(given);
  for (const { target, plan } of plans) simulator.exchange.setPlan(target, plan);
  for (const rule of faults) simulator.faults.add(rule);
  for (const rule of pushFaults) simulator.pushFaults.add(rule);
  setLimits(simulator, limits);
}

function readTargetedPlan(value: unknown, path: string): void {
  const targeted = new Reader(value, path, ['target', 'plan']);
  readPlanTarget(targeted.record('target'), targeted.path('target'));
  readPlan(targeted.raw('plan'), targeted.path('plan'));
}
