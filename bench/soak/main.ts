/** `npm run soak`: the whole engine under faults, kills and restarts, and whether its database says what truly happened. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { installRuntime } from '../../src/engine/runtime.ts';
import { createLog } from '../../src/process/log.ts';
import { main, waitForShutdownSignal } from '../../src/process/main.ts';
import { forgetEnvironment } from '../environment.ts';
import { progress } from '../progress.ts';
import { startStage, type Stage } from '../stage.ts';
import { isEqual, reportText } from './report.ts';
import { soak, type SoakOptions } from './soak.ts';

/** Far above what the orders need, so that the faults decide the pace and not the budget. */
const REQUESTS_PER_SECOND = 500;

const interrupted = new AbortController();
void waitForShutdownSignal().then(() => interrupted.abort(new Error('interrupted')));

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  forgetEnvironment();
  installRuntime(createLog({ level: 'error' }));
  const tell = progress(options);
  tell(`soak of ${options.minutes} minutes with seed ${options.seed}: starting the servers`);
  let stage: Stage | null = null;
  try {
    stage = await startStage({
      name: 'soak',
      simulator: { seed: options.seed, reportAliasAsBook: true },
      requestsPerSecond: REQUESTS_PER_SECOND,
      keepsWorkflows: true,
      signal: interrupted.signal,
    });
    const report = await soak(stage, options, { stop: interrupted.signal, tell });
    process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportText(report)}\n`);
    process.exitCode = isEqual(report) ? 0 : 1;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await stage?.stop();
  }
});

/** Null when there is nothing more to do: the help was shown, or the usage was wrong (exit status 2). */
function readOptions(argv: readonly string[]): (SoakOptions & { json: boolean }) | null {
  const program = new Command('npm run soak --')
    .description(
      'Trades on real servers and the simulated exchange while requests fail in every way, the worker is killed every 15 to 30 s and the servers are restarted; then compares database and exchange.',
    )
    .option('--minutes <number>', 'how long orders are placed and faults happen', positive, 5)
    .option('--seed <number>', 'what happens is drawn from it; printed when something differs', whole, newSeed())
    .option('--rate <orders per second>', 'how many orders are placed', positive, 4)
    .option('--keep <folder>', 'where to keep the histories of orders that come out wrong')
    .option('--json', 'print the figures as JSON, and the progress to standard error', false)
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('Add --help for what is possible.')
    .addHelpText('after', '\nExit status: 0 everything is equal, 1 something differs, 2 wrong usage.')
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return null;
  }
  const {
    rate,
    keep = null,
    ...rest
  } = program.opts<Omit<SoakOptions, 'keep'> & { rate: number; keep?: string; json: boolean }>();
  return { ...rest, keep, ordersPerSecond: rate };
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1_440)) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of up to nine digits.');
  return Number(text);
}

function newSeed(): number {
  return Date.now() % 1_000_000;
}
