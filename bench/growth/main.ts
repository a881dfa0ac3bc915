/** `npm run bench:growth`: whether the queries of the engine keep their time when millions of orders have passed. */
import { installRuntime } from '../../src/engine/runtime.ts';
import { createLog } from '../../src/process/log.ts';
import { main, shutdownSignal } from '../../src/process/main.ts';
import { forgetEnvironment } from '../environment.ts';
import { progress } from '../progress.ts';
import { measure, type Measured } from './measure.ts';
import { readOptions, type CommandLine } from './options.ts';
import { isSound, reportText, verdictsOf, type GrowthReport } from './report.ts';
import { openFilled } from './filled-database.ts';

const signal = shutdownSignal();

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  forgetEnvironment();
  installRuntime(createLog({ level: 'error' }));
  const tell = progress(options);
  try {
    const small = await measureFilled({ ...options, trades: options.beside, data: null }, tell);
    const large = await measureFilled(options, tell);
    const { trades, events, gib } = large;
    const queries = verdictsOf(small.measured, large.measured);
    const report: GrowthReport = { trades, events, gib, beside: small.trades, queries };
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportText(report)}\n`);
    process.exitCode = isSound(report) ? 0 : 1;
  } catch (error) {
    if (!signal.aborted) throw error;
    process.exitCode = 130;
  }
});

async function measureFilled(
  { trades, data, times, only }: CommandLine,
  tell: (line: string) => void,
): Promise<{ measured: Measured[]; trades: number; events: number; gib: number }> {
  const filled = await openFilled({ trades, data, tell, signal });
  try {
    const [size] = await filled.sql.query<{ trades: string; events: string; bytes: string }>(
      `select (select count(*) from trades) as trades,
         (select reltuples::bigint from pg_class where relname = 'order_events') as events,
         pg_database_size(current_database()) as bytes`,
    );
    const measured = await measure({ ...filled, trades, times, only, tell, signal });
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
