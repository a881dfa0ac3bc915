/** The command line of `npm run torture`. */
import { Command, Option } from 'commander';
import { count, newSeed, parsed, positive, whole } from '../command-line.ts';

export interface TortureOptions {
  mode: 'safety' | 'liveness';
  /** How long orders are placed and faults happen. */
  minutes: number;
  seed: number;
  clients: number;
  ordersPerSecond: number;
  /** The folder for logs and for the histories of wrong orders; null: they are not kept. */
  keep: string | null;
}

export interface CommandLine extends TortureOptions {
  json: boolean;
  /** The file for the plot of the memory; null: none. */
  plot: string | null;
}

/** Returns null if there is nothing more to do, after the help or wrong usage (exit status 2). */
export function readOptions(argv: readonly string[]): CommandLine | null {
  const program = new Command('npm run torture --')
    .description(
      'Clients in processes of their own trade on real servers and the simulated exchange and log every call, while workers ' +
        'and clients are killed, workers are frozen, every link fails, requests fail in every way and servers restart. Then ' +
        'the logs, the database, the workflows and the ledger of the exchange are compared.',
    )
    .addOption(
      new Option('--mode <mode>', 'safety: faults until the end; liveness: they end, and all must be right within 60 s')
        .choices(['safety', 'liveness'])
        .default('liveness'),
    )
    .option('--minutes <number>', 'how long orders are placed and faults happen', positive, 5)
    .option('--seed <number>', 'what happens is drawn from it; printed with the figures', whole, newSeed())
    .option('--rate <orders per second>', 'how many orders are placed', positive, 4)
    .option('--clients <number>', 'how many processes place them', count, 6)
    .option('--keep <folder>', 'where to keep all logs, and the histories of orders that come out wrong')
    .option('--plot <file>', "where to draw the workers' memory, as SVG")
    .option('--json', 'print the figures as JSON, and the progress to standard error', false)
    .addHelpText('after', '\nExit status: 0 everything is right, 1 something is wrong, 2 wrong usage.');
  const options = parsed<
    Omit<CommandLine, 'keep' | 'plot' | 'ordersPerSecond'> & { rate: number; keep?: string; plot?: string }
  >(program, argv);
  if (options === null) return null;
  const { rate, keep = null, plot = null, ...rest } = options;
  return { ...rest, keep, plot, ordersPerSecond: rate };
}
