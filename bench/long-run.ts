/** What the programs of `bench/` have in common, from the command line to the exit status. */
import { installRuntime } from '../src/engine/runtime.ts';
import { createLog } from '../src/process/log.ts';
import { main, shutdownSignal } from '../src/process/main.ts';
import { forgetEnvironment } from './environment.ts';
import { progress } from './progress.ts';

export interface LongRun<Options> {
  /** Null when there is nothing more to do. */
  readOptions(argv: readonly string[]): Options | null;
  /** Closes what it has opened, whether it ends well, fails or is interrupted. */
  run(options: Options, at: Surroundings): Promise<void>;
}

export interface Surroundings {
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  tell: (line: string) => void;
  /** Prints the result, so that it is not lost where the servers do not end. */
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
      await run(options, { signal, tell: progress(options), publish });
    } catch (error) {
      if (!signal.aborted) throw error;
      process.exitCode = 130;
    }
  });
}
