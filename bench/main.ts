/** `npm run bench`: how fast the engine is and how much load it carries, compared with a plain loop on the same machine. */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { DEFAULT_VERSION } from '../test/servers/production-build.ts';
import { Bench } from './bench.ts';
import { longRun, type Surroundings } from './long-run.ts';
import { surroundingsOf } from './machine.ts';
import { writePage } from './performance-page.ts';
import { reportJson, reportText } from './report.ts';
import { isSound, runScenarios, type BenchReport } from './run.ts';
import { SCENARIOS } from './scenarios/index.ts';
import type { Scenario } from './scenario.ts';
import { DEFAULT_BUDGET, FULL, SIMULATOR, SMALL, type Size } from './size.ts';
import { startTestBed, type TestBedOptions } from './test-bed.ts';
import { startTemporalServer } from './temporal-server.ts';

interface Options {
  size: Size;
  scenarios: readonly Scenario[];
  temporal: string | null;
  profile: string | null;
  write: boolean;
  json: boolean;
}

await longRun({
  readOptions,
  run: async (options, at) => {
    const { signal, onProgress, publish } = at;
    onProgress('starting the servers');
    const requestsPerSecond = options.scenarios[0]?.requestsPerSecond ?? DEFAULT_BUDGET;
    const testBed = await startTestBed({ ...testBedOptions(options, at), requestsPerSecond });
    let bench: Bench | null = null;
    try {
      const surroundings = await surroundingsOf(testBed);
      const { isDevelopmentServer } = surroundings;
      bench = new Bench({ testBed, requestsPerSecond, isDevelopmentServer, size: options.size, signal, onProgress });
      const figures = await runScenarios(bench, options.scenarios, () => loadavg()[0] ?? 0);
      const { openOrders, seconds } = options.size;
      const report: BenchReport = { surroundings, openOrders, seconds, figures };
      publish({ report: reportJson(report), text: reportText(report), isSound: isSound(report) });
      if (options.write) await writePage(report);
    } finally {
      await bench?.close();
      await testBed.stop();
    }
  },
});

function testBedOptions(
  { temporal, profile }: Options,
  { signal, onProgress }: Surroundings,
): Omit<TestBedOptions, 'requestsPerSecond'> {
  return {
    name: 'bench',
    simulator: SIMULATOR,
    keepsWorkflows: false,
    signal,
    ...(temporal !== null && { temporal: () => startTemporalServer(temporal, onProgress, signal) }),
    ...(profile !== null && { nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${profile}`] }),
  };
}

/** Returns null if there is nothing more to do, after the help or wrong usage (exit status 2). */
function readOptions(argv: readonly string[]): Options | null {
  const program = new Command('npm run bench --')
    .description(
      'Measures the engine on real servers and the simulated exchange, and the plain algorithm (a loop for each order, straight into PostgreSQL) beside it.',
    )
    .option('--only <scenario...>', `some of: ${SCENARIOS.map(({ name }) => name).join(', ')}`)
    .option('--orders <number>', `how many orders are open meanwhile (default: ${FULL.openOrders})`, whole)
    .option('--seconds <number>', `how long each load lasts (default: ${FULL.seconds})`, whole)
    .option('--small', 'a few orders for a moment: whether all is well, not how fast', false)
    .option(
      '--temporal <server>',
      `"postgres" or, with a version, "postgres@${DEFAULT_VERSION}": the production server on a PostgreSQL of its own, which the first run builds with Go; or the host:port of one that runs already (default: a development server)`,
    )
    .option('--profile <folder>', "write CPU profiles of the worker's threads there, for Chrome's DevTools")
    .option('--write', 'write the results and the plot to docs/', false)
    .option('--json', 'print the figures as JSON, and the progress to standard error', false)
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('Add --help to list the options.')
    .addHelpText(
      'after',
      '\nExit status: 0 every bot was released and nothing was lost, whatever the figures; 1 otherwise; 2 wrong usage.',
    )
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
    return optionsOf(program);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return null;
  }
}

interface Given {
  only?: string[];
  orders?: number;
  seconds?: number;
  small: boolean;
  temporal?: string;
  profile?: string;
  write: boolean;
  json: boolean;
}

function optionsOf(program: Command): Options {
  const { only, orders, seconds, small, temporal = null, profile, write, json } = program.opts<Given>();
  const unknown = only?.find((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown !== undefined) program.error(`error: there is no scenario "${unknown}"`);
  if (write && (small || only !== undefined))
    program.error('error: only a whole run is written: leave out --small and --only');
  const base = small ? SMALL : FULL;
  const size = { ...base, openOrders: orders ?? base.openOrders, seconds: seconds ?? base.seconds };
  const scenarios = SCENARIOS.filter(({ name }) => only === undefined || only.includes(name));
  const filled = Math.max(...scenarios.map(({ fills }) => fills?.(size) ?? 0));
  if (size.openOrders < filled) program.error(`error: --orders must be larger: ${filled} of them are filled`);
  return {
    size,
    scenarios,
    temporal,
    profile: profile === undefined ? null : resolve(profile),
    write,
    json,
  };
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
  return Number(text);
}
