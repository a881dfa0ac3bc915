import type { Command } from 'commander';
import { messageOf } from '../../domain/message-of.ts';
import type { Cli, ServerName } from '../cli.ts';
import { CouldNotError } from '../failure.ts';
import { withExamples } from '../shared-options.ts';

export function addStart(program: Command, cli: Cli): void {
  const command = program
    .command('start')
    .summary('run the engine with everything it needs')
    .description(
      'Runs the engine until Ctrl-C, with embedded servers for what the settings do not name: Temporal, PostgreSQL and the simulated exchange. Data is kept in the folder .order-sync; the next start continues with the open orders.',
    )
    .action(() => run('start', cli));
  withExamples(command, [['Everything on this machine', 'order-sync start']]);
}

export function addWorker(program: Command, cli: Cli): void {
  const command = program
    .command('worker')
    .summary('run the engine against what the settings name')
    .description(
      'Runs the engine and its HTTP interface until Ctrl-C or SIGTERM, against the servers and the exchange that the environment names. Prints `ready` when it polls.',
    )
    .action(() => run('worker', cli));
  withExamples(command, [['With the settings of a file', 'set -a; . ./live.env; set +a; order-sync worker']]);
}

export function addDemo(program: Command, cli: Cli): void {
  const command = program
    .command('demo')
    .summary('watch twenty orders on a simulated exchange')
    .description(
      'Starts servers of its own and a simulated exchange, trades twenty orders and compares each row with what happened. Takes half a minute and keeps nothing.',
    )
    .action(() => run('demo', cli));
  withExamples(command, [['See it work', 'order-sync demo']]);
}

async function run(server: ServerName, { launch, stop }: Cli): Promise<void> {
  try {
    await launch(server, stop);
  } catch (error) {
    throw new CouldNotError(messageOf(error), { cause: error });
  }
}
