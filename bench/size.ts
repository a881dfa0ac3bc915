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
  /** Bots that place one order after the other where the throughput is measured. */
  bots: number;
  /** How long the fills go on after the worker was killed. */
  fillsAfterKillSeconds: number;
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
  bots: 40,
  fillsAfterKillSeconds: 5,
  settleMs: 6_000,
  warmUpOrders: 50,
  histories: 10,
};

/** For correctness alone: its figures mean nothing. */
export const SMALL: Size = {
  openOrders: 60,
  seconds: 2,
  fillsPerSecond: 5,
  ordersPerSecond: 5,
  offeredPerSecond: 10,
  bots: 4,
  fillsAfterKillSeconds: 2,
  settleMs: 200,
  warmUpOrders: 1,
  histories: 2,
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
