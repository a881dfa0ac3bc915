/** The size of a run, and the settings of its simulated exchanges. */
import type { SimulatorOptions } from '../src/simulator/index.ts';

export interface Size {
  /** Orders that stay open while others are filled. */
  openOrders: number;
  /** How long each load lasts. */
  seconds: number;
  fillsPerSecond: number;
  /** Market orders for measuring their latency. */
  ordersPerSecond: number;
  /** The load on the default budget, which is too small for it. */
  offeredPerSecond: number;
  /** The load for measuring the latency with a saturated default budget: twice what it carries. */
  saturatedPerSecond: number;
  /** How long, at most: what waits for the budget must be placed before its window closes. */
  saturatedSeconds: number;
  /** Placed at once by one bot, before others place one each. */
  floodOrders: number;
  /** Bots that place one order after the other for measuring the throughput. */
  bots: number;
  /** How long fills continue after the worker was killed. */
  fillsAfterKillSeconds: number;
  /** How long the requests for fills are awaited after the bots are released. */
  fillsWithinMs: number;
  /** How often the database is asked whether all orders are as they should be. */
  checkEveryMs: number;
  /** By then the work after a start or a change of the push is over: sweeps of all orders, immediate checks. */
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

/** Only checks correctness: its figures mean nothing. */
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
 * The limit of the exchange for a budget: a fifth more, because requests arrive in bursts when processor time is short,
 * and the simulated exchange shares the processor.
 */
export function allowedPerSecond(budget: number): number {
  return Math.ceil(budget * 1.2);
}

/** Prices do not move, so that only the benchmark decides what happens to orders. */
export const SIMULATOR: Omit<SimulatorOptions, 'keys'> = { seed: 1, tickMs: 0 };
