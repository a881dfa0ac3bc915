/** How long each query takes in a filled database, and how PostgreSQL executes it. */
import type { Database } from '../../src/database/database.ts';
import { waitsOf, type Waits } from '../waits.ts';
import type { Sql } from '../world.ts';
import { HOT_QUERIES, type HotQuery } from './hot-queries.ts';
import { openPlanner, type PlanJudgement } from './plans.ts';
import { drawSamples } from './samples.ts';

export interface Measured extends PlanJudgement {
  query: HotQuery;
  waits: Waits;
  /** Why it was not run as often as it should have been. */
  error: string | null;
}

export interface MeasureOptions {
  url: string;
  db: Database;
  sql: Sql;
  trades: number;
  /** How often each query is run. */
  times: number;
  /** A part of the area and name of the queries to run. */
  only: string;
  onProgress: (line: string) => void;
  signal: AbortSignal;
}

/** No query is repeated for longer than this. */
const ENOUGH_MS = 20_000;

export async function measure({
  url,
  db,
  sql,
  trades,
  times,
  only,
  onProgress,
  signal,
}: MeasureOptions): Promise<Measured[]> {
  const samples = await drawSamples(sql, times + 1);
  const [first, ...others] = samples;
  if (first === undefined) throw new Error('no trade was drawn');
  const planner = await openPlanner(url, sql, trades);
  const measured: Measured[] = [];
  try {
    for (const query of HOT_QUERIES) {
      if (!`${query.area}: ${query.name}`.includes(only)) continue;
      const waitsMs: number[] = [];
      let error: string | null = null;
      const startedMs = performance.now();
      for (const sample of others) {
        signal.throwIfAborted();
        const beganMs = performance.now();
        error = await query.run(db, sample).then(() => null, String);
        waitsMs.push(performance.now() - beganMs);
        if (error !== null || performance.now() - startedMs > ENOUGH_MS) break;
      }
      const judgement = await planner.judge((watched) => query.run(watched, first).catch(() => undefined));
      const waits = waitsOf(waitsMs);
      onProgress(`${query.area}: ${query.name}: ${waits.medianMs.toFixed(1)} ms`);
      measured.push({ query, waits, error, ...judgement });
    }
    return measured;
  } finally {
    await planner.close();
  }
}
