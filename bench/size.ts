/** How large a run is, and what all of its exchanges have in common. */
import type { SimulatorOptions } from '../src/simulator/index.ts';

export interface Size {
  /** Orders that rest while others are filled. */
  openOrders: number;
  /** How long each load lasts. */
  seconds: number;
  fillsPerSecond: number;
  /** Market orders, where their latency is measured. */
  ordersPerSecond: number;
  /** Offered to the default budget, which is too small for it. */
  offeredPerSecond: number;
  /** Offered where the latency is measured with the default budget saturated: twice what it carries. */
  saturatedPerSecond: number;
  /** How long, at most: what waits for the budget must be placed before its window closes. */
  saturatedSeconds: number;
  /** Placed at once by one bot, before others place one each. */
  floodOrders: number;
  /** Bots that place one order after the other where the throughput is measured. */
  bots: number;
  /** How long the fills go on after the worker was killed. */
  fillsAfterKillSeconds: number;
  /** How long the requests for fills are awaited after the bots are released. */
  fillsWithinMs: number;
  /** How often the database is asked whether all orders are as they should be. */
  checkEveryMs: number;
  /** What a start or a change of the push causes is over by then: sweeps of everything, quick looks. */
  settleMs: number;
  /** Placed before anything is measured. */
  warmUpOrders: number;
  /** Histories counted of each kind. */
  histories: number;
}

export const FULL: Size = {
  openOrders: 10_000,
  seconds: 60,
  fillsPerSecond: 30,
  ordersPerSecond: 5,
  offeredPerSecond: 30,
  saturatedPerSecond: 60,
  saturatedSeconds: 20,
  floodOrders: 1_000,
  bots: 40,
  fillsAfterKillSeconds: 5,
  fillsWithinMs: 3_000,
  checkEveryMs: 1_000,
  settleMs: 6_000,
  warmUpOrders: 50,
  histories: 10,
};

/** For correctness alone: its figures mean nothing. */
export const SMALL: Size = {
  openOrders: 40,
  seconds: 1,
  fillsPerSecond: 5,
  ordersPerSecond: 5,
  offeredPerSecond: 10,
  saturatedPerSecond: 30,
  saturatedSeconds: 1,
  floodOrders: 20,
  bots: 4,
  fillsAfterKillSeconds: 1,
  fillsWithinMs: 500,
  checkEveryMs: 100,
  settleMs: 200,
  warmUpOrders: 1,
  histories: 3,
};

export const DEFAULT_BUDGET = 30;
export const RAISED_BUDGET = 200;

/**
 * What an exchange allows whose clients keep to the budget: a fifth more, because requests arrive in bunches when the
 * processor is short, and it is the simulated exchange's own processor too.
 */
export function allowedPerSecond(budget: number): number {
  return Math.ceil(budget * 1.2);
}

/** The orders do what the benchmark says, whatever the prices. */
export const SIMULATOR: Omit<SimulatorOptions, 'keys'> = { seed: 1, tickMs: 0 };
