/** `npm run test:servers`: the end-to-end tests on the development server and on production servers of several versions. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command, CommanderError } from 'commander';
import { table } from '../../src/cli/text-table.ts';
import { messageOf } from '../../src/domain/message-of.ts';
import { main, shutdownSignal } from '../../src/process/main.ts';
import { ensureTemporalServer, versionIn } from './production-build.ts';

/** The newest of each release line that the Go of today builds, and the one in the development server. */
const SERVERS = ['dev', '1.29.1', '1.31.2', '1.32.1'];

interface Result {
  server: string;
  passed: number;
  failed: number;
  seconds: number;
}

const signal = shutdownSignal();

await main(async () => {
  const options = readOptions(process.argv.slice(2));
  if (options === null) return;
  const results: Result[] = [];
  for (const server of options.servers) {
    results.push(await testsOn(server, options.files).catch((error: unknown) => notTested(server, error)));
    if (signal.aborted) break;
  }
  const rows = results.map(({ server, ...figures }) => [server, ...Object.values(figures).map(String)]);
  process.stdout.write(`\n${table(['server', 'passed', 'failed', 'seconds'], rows)}\n`);
  process.exitCode = results.every(({ passed, failed }) => failed === 0 && passed > 0) ? 0 : 1;
});

interface Options {
  servers: string[];
  files: string[];
}

/** Null when there is nothing more to do: the help was shown, or the usage was wrong (exit status 2). */
function readOptions(argv: readonly string[]): Options | null {
  const program = new Command('npm run test:servers --')
    .description('Runs the end-to-end tests on several Temporal servers; the first run of a version builds it with Go.')
    .argument('[files...]', 'only the tests whose path fits, as with npm test')
    .option('--server <servers>', '"dev" or a version of the production server; several with commas', SERVERS.join(','))
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('Add --help to list the options.')
    .addHelpText('after', '\nExit status: 0 all passed on every server; 1 otherwise; 2 wrong usage.')
    .exitOverride();
  try {
    program.parse(argv, { from: 'user' });
    const servers = program.opts<{ server: string }>().server.split(',');
    const unknown = servers.find((server) => server !== 'dev' && versionIn(`postgres@${server}`) === null);
    if (unknown !== undefined) program.error(`error: ${unknown} is neither "dev" nor a version such as 1.31.2`);
    return { servers, files: program.args };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return null;
  }
}

/** A server that cannot be built hides nothing of what the others showed. */
function notTested(server: string, error: unknown): Result {
  process.stderr.write(`${server}: ${messageOf(error)}\n`);
  return { server, passed: 0, failed: 0, seconds: 0 };
}

/** What the tests print goes to standard error; their last line counts them. */
async function testsOn(server: string, files: readonly string[]): Promise<Result> {
  const environment = { ...process.env };
  if (server !== 'dev') {
    // Built here, because a test's setup has no time for it.
    await ensureTemporalServer(server, (line) => process.stderr.write(`${line}\n`), signal);
    environment['ORDER_SYNC_TEST_TEMPORAL'] = `postgres@${server}`;
  }
  const startedAtMs = Date.now();
  const tests = spawn(process.execPath, ['scripts/test.mjs', '--config', 'jest.servers.config.js', ...files], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // A Ctrl-C reaches the tests as well, which then stop their servers.
  signal.addEventListener('abort', () => tests.kill('SIGTERM'), { once: true });
  let printed = '';
  tests.stdout.on('data', (chunk: Buffer) => (printed = `${printed}${chunk.toString()}`.slice(-100)));
  await once(tests, 'close');
  const [, passed = '0', failed = '0'] = /(\d+) passed, (\d+) failed\s*$/.exec(printed) ?? [];
  const seconds = Math.round((Date.now() - startedAtMs) / 1_000);
  return { server, passed: Number(passed), failed: Number(failed), seconds };
}
