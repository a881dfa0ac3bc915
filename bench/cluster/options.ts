/** The command line of `npm run test:cluster`. */
import { Command, Option } from 'commander';
import { count, newSeed, parsed, positive, whole } from '../command-line.ts';
import { DEFAULT_BUDGET } from '../size.ts';
import { ORDER_MIXES, type OrderMix } from '../torture/orders.ts';

export interface ClusterOptions {
  /** How long orders are placed. */
  minutes: number;
  workers: number;
  ordersPerSecond: number;
  orders: OrderMix;
  /** Of the whole deployment. */
  budget: number;
  seed: number;
  /** False: no worker is killed, so that their memory can be judged. */
  kills: boolean;
  /** The folder for logs and for the histories of wrong orders; null: they are not kept. */
  keep: string | null;
}

export interface CommandLine extends ClusterOptions {
  /** `dev`, or what `npm run bench -- --temporal` takes. */
  temporal: string;
  json: boolean;
  /** The file for the plot of the memory; null: none. */
  plot: string | null;
}

/** Returns null if there is nothing more to do, after the help or wrong usage (exit status 2). */
export function readOptions(argv: readonly string[]): CommandLine | null {
  const program = new Command('npm run test:cluster --')
    .description(
      'Several workers, each a process of its own, share the orders of bots on the production server of Temporal, and are ' +
        'killed and started again at random. Then everybody’s records are compared, and what the exchange saw is judged: ' +
        'whether the request budget held over all of them, how long the feed was away, and how soon a lone worker was back.',
    )
    .option('--minutes <number>', 'how long orders are placed and workers are killed', positive, 10)
    .option('--workers <number>', 'how many there are', count, 3)
    .option('--rate <orders per second>', 'how many orders are placed', positive, 8)
    .addOption(
      new Option(
        '--orders <mix>',
        'usual: what bots usually trade; all: every kind of order, policy and call, as in the torture',
      )
        .choices(ORDER_MIXES)
        .default('usual'),
    )
    .option('--budget <requests per second>', 'of the whole deployment', count, DEFAULT_BUDGET)
    .option('--seed <number>', 'what happens is drawn from it; printed with the figures', whole, newSeed())
    .addOption(
      new Option(
        '--temporal <server>',
        'dev: the development server; postgres or postgres@<version>: a production server',
      ).default('postgres'),
    )
    .option('--no-kills', 'let the workers live, to see whether their memory grows')
    .option('--keep <folder>', 'where to keep all logs, and the histories of orders that come out wrong')
    .option('--plot <file>', "where to draw the workers' memory, as SVG")
    .option('--json', 'print the figures as JSON, and the progress to standard error', false)
    .addHelpText('after', '\nExit status: 0 everything is as it should be, 1 something is not, 2 wrong usage.');
  const options = parsed<
    Omit<CommandLine, 'ordersPerSecond' | 'keep' | 'plot'> & {
      rate: number;
      keep?: string;
      plot?: string;
    }
  >(program, argv);
  if (options === null) return null;
  const { rate, keep = null, plot = null, ...rest } = options;
  return { ...rest, keep, plot, ordersPerSecond: rate };
}
