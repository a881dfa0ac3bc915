/** A scenario measures one figure, of the engine and of the baseline. */
import type { Bench } from './bench.ts';
import type { Size } from './size.ts';
import type { Waits } from './waits.ts';

export interface Scenario {
  /** For `--only`. */
  name: string;
  what: string;
  goal: string;
  /** The worker's request budget; default 30. The worker is restarted only if it differs. */
  requestsPerSecond?: number;
  /** How many of the open orders it fills; default 0. */
  fills?(size: Size): number;
  measure(bench: Bench): Promise<Outcome>;
}

export interface Outcome {
  engine: string;
  /** Null if there is nothing to compare with. */
  baseline: string | null;
  /** Whether the engine reaches the goal. */
  reached: boolean;
  /** The figures in those texts, each with its unit last in the name. */
  measured: Record<string, number>;
  orders: OrderCounts;
  /** Printed below the table. */
  note?: string;
  /** For the plot. */
  distributions?: Distribution[];
}

export interface OrderCounts {
  /** How many of the engine's orders were checked in the end. */
  checked: number;
  /** Ended at the exchange, and not in the database. */
  unreleased: number;
  /** Created at the exchange more than once, or posted with different bodies. */
  twice: number;
  /** Acknowledged and without a row or an order at the exchange, or with fills that were not recorded. */
  lost: number;
}

export interface Distribution {
  name: string;
  waitsMs: number[];
}

export const NO_ORDERS: OrderCounts = { checked: 0, unreleased: 0, lost: 0, twice: 0 };

/** Whether every bot was released and every order is recorded as it is at the exchange, once. */
export function isWhole({ unreleased, lost, twice }: OrderCounts): boolean {
  return unreleased + lost + twice === 0;
}

/** Milliseconds, or seconds from ten on. */
export function duration(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** p50 and p99. */
export function inWords({ medianMs, p99Ms }: Pick<Waits, 'medianMs' | 'p99Ms'>): string {
  return `${duration(medianMs)} / ${duration(p99Ms)}`;
}
