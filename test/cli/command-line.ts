import type { ReplayPool } from '../../src/audit/replay/replay-pool.ts';
import type { Cli } from '../../src/cli/cli.ts';
import { Output } from '../../src/cli/output.ts';
import { run } from '../../src/cli/program.ts';
import type { Environment } from '../../src/engine/settings/environment.ts';

export interface Printed {
  status: number;
  out: string;
  err: string;
}

export type CommandLine = (...argv: string[]) => Promise<Printed>;

export interface CommandLineOptions {
  environment?: Environment;
  /** Whether it prints to a terminal. */
  isTTY?: boolean;
  stop?: AbortSignal;
  /** Default: nobody can be asked. */
  ask?: (question: string) => Promise<boolean>;
  taskQueue?: string;
  /** Default: as for a person, each audit starts its own. */
  replayPool?: ReplayPool;
}

/** The command line in this process, with all that it prints. */
export function commandLine(options: CommandLineOptions = {}): CommandLine {
  const { environment = {}, isTTY = false, stop = new AbortController().signal, taskQueue, ask, replayPool } = options;
  return async (...argv) => {
    const printed = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({ isTTY, write: (text: string) => (printed[name] += text) });
    const output = new Output({ out: sink('out'), err: sink('err'), environment });
    const cli: Cli = {
      environment,
      output,
      stop,
      launch: async () => {},
      ...(ask !== undefined && { ask }),
      ...(taskQueue !== undefined && { taskQueue }),
      ...(replayPool !== undefined && { replayPool }),
    };
    const status = await run(argv, cli);
    return { status, ...printed };
  };
}
