/** `npm run bench:growth`: whether the engine's queries stay fast after millions of orders. */
import { longRun, type Surroundings } from '../long-run.ts';
import { measure, type Measured } from './measure.ts';
import { readOptions, type CommandLine } from './options.ts';
import { isSound, reportText, verdictsOf, type GrowthReport } from './report.ts';
import { openFilled } from './filled-database.ts';

await longRun({
  readOptions,
  run: async (options, at) => {
    const small = await measureFilled({ ...options, trades: options.beside, data: null }, at);
    const large = await measureFilled(options, at);
    const { trades, events, gib } = large;
    const queries = verdictsOf(small.measured, large.measured);
    const report: GrowthReport = { trades, events, gib, beside: small.trades, queries };
    at.publish({ report, text: reportText(report), isSound: isSound(report) });
  },
});

async function measureFilled(
  { trades, data, times, only }: CommandLine,
  { signal, onProgress }: Surroundings,
): Promise<{ measured: Measured[]; trades: number; events: number; gib: number }> {
  const filled = await openFilled({ trades, data, onProgress, signal });
  try {
    const [size] = await filled.sql.query<{ trades: string; events: string; bytes: string }>(
      `select (select count(*) from trades) as trades,
         (select reltuples::bigint from pg_class where relname = 'order_events') as events,
         pg_database_size(current_database()) as bytes`,
    );
    const measured = await measure({ ...filled, trades, times, only, onProgress, signal });
    return {
      measured,
      trades: Number(size?.trades),
      events: Number(size?.events),
      gib: Number(size?.bytes) / 2 ** 30,
    };
  } finally {
    await filled.close();
  }
}
