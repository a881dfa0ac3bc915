/** Runs scenarios one after the other; one that fails does not keep the others from running. */
import { messageOf } from '../src/domain/message-of.ts';
import type { Bench } from './bench.ts';
import type { Surroundings } from './machine.ts';
import { isWhole, NO_ORDERS, type Outcome, type Scenario } from './scenario.ts';

export interface Figure extends Outcome {
  name: string;
  what: string;
  goal: string;
  /** Why there is no figure; null where there is one. */
  failure: string | null;
  /** Of the machine over the last minute, when the scenario ended: far above the number of cores, others were at work too. */
  load: number;
}

export interface BenchReport {
  surroundings: Surroundings;
  openOrders: number;
  seconds: number;
  figures: Figure[];
}

export async function runScenarios(
  bench: Bench,
  scenarios: readonly Scenario[],
  loadNow: () => number,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, what, goal, measure } of scenarios) {
    bench.onProgress(`${name} …`);
    const outcome = await measure(bench).then(
      (measured) => ({ ...measured, failure: null }),
      (error: unknown) => ({ ...FAILED, failure: messageOf(error) }),
    );
    bench.signal.throwIfAborted();
    bench.onProgress(
      `${name}: ${outcome.failure ?? outcome.engine}${outcome.baseline === null ? '' : ` (baseline ${outcome.baseline})`}`,
    );
    figures.push({ name, what, goal, ...outcome, load: loadNow() });
  }
  return figures;
}

const FAILED: Outcome = { engine: 'failed', baseline: null, reached: false, measured: {}, orders: NO_ORDERS };

/** Whether every bot was released and nothing was lost or placed twice; a figure that is not reached is no failure. */
export function isSound({ figures }: BenchReport): boolean {
  return figures.every(({ failure, orders }) => failure === null && isWhole(orders));
}

/** The last row of the table: of all scenarios together. */
export function totals(figures: readonly Figure[]): Figure['orders'] {
  return figures.reduce(
    (sum, { orders }) => ({
      checked: sum.checked + orders.checked,
      unreleased: sum.unreleased + orders.unreleased,
      lost: sum.lost + orders.lost,
      twice: sum.twice + orders.twice,
    }),
    NO_ORDERS,
  );
}
