/** What the programs of `bench/` share, from the command line to the exit status. */
import { installRuntime } from '../src/engine/runtime.ts';
import { createLog } from '../src/process/log.ts';
import { main, shutdownSignal } from '../src/process/main.ts';

export interface LongRun<Options> {
  /** Null when there is nothing more to do. */
  readOptions(argv: readonly string[]): Options | null;
  /** Closes what it has opened, whether it ends well, fails or is interrupted. */
  run(options: Options, at: Surroundings): Promise<void>;
}

export interface Surroundings {
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  onProgress: (line: string) => void;
  /** Prints the result, so that it is not lost if the servers do not stop. */
  publish: (result: Result) => void;
}

export interface Result {
  /** What `--json` prints. */
  report: object;
  text: string;
  /** Whether everything is as it should be: exit status 0, otherwise 1. */
  isSound: boolean;
}

/** After Ctrl-C nothing is printed, and the exit status is 130. */
export async function longRun<Options extends { json: boolean }>({
  readOptions,
  run,
}: LongRun<Options>): Promise<void> {
  const signal = shutdownSignal();
  await main(async () => {
    const options = readOptions(process.argv.slice(2));
    if (options === null) return;
    forgetEnvironment();
    installRuntime(createLog({ level: 'error' }));
    const publish = ({ report, text, isSound }: Result): void => {
      process.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${text}\n`);
      process.exitCode = isSound ? 0 : 1;
    };
    try {
      await run(options, { signal, onProgress: progress(options), publish });
    } catch (error) {
      if (!signal.aborted) throw error;
      process.exitCode = 130;
    }
  });
}

/** Clears our settings: a benchmark or a torture run starts its own servers and exchange, whatever the environment says. */
function forgetEnvironment(): void {
  const ours = /^(TEMPORAL_|COINBASE_|ORDER_SYNC_|DATABASE_URL$|RECONCILE_)/;
  for (const name of Object.keys(process.env)) {
    if (ours.test(name) && name !== 'TEMPORAL_CLI_PATH') delete process.env[name];
  }
}

/** Prints lines of progress with the seconds since the start; with `--json` to standard error. */
function progress({ json }: { json: boolean }): (line: string) => void {
  const startedMs = Date.now();
  return (line) => {
    const elapsed = `${Math.round((Date.now() - startedMs) / 1000)} s`.padStart(6);
    (json ? process.stderr : process.stdout).write(`[${elapsed}] ${line}\n`);
  };
}
