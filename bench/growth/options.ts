/** The command line of `npm run bench:growth`. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { count, parsed, whole } from '../command-line.ts';

export interface CommandLine {
  trades: number;
  beside: number;
  times: number;
  only: string;
  /** Null: a temporary one. */
  data: string | null;
  json: boolean;
}

/** Returns null if there is nothing more to do, after the help or wrong usage (exit status 2). */
export function readOptions(argv: readonly string[]): CommandLine | null {
  const program = new Command('npm run bench:growth --')
    .description(
      'Fills a PostgreSQL of its own with a year of made-up orders, six events each, and asks what the engine asks its ' +
        'database: how long each query takes, beside a small database, and whether it reads or sorts a whole table. ' +
        'A trade takes 8 kB of disk, 5 million of them 40 GB and an hour.',
    )
    .option('--trades <number>', 'how many there are', size, 500_000)
    .option('--beside <number>', 'how many there are in the small database', size, 50_000)
    .option('--times <number>', 'how often each query is asked, each time about other rows', count, 50)
    .option('--only <text>', 'only queries that have this in their area and name, e.g. "lists: of a bot"', '')
    .option('--data <folder>', 'keep the large database there, and use it again without filling it')
    .option('--json', 'print the figures as JSON, and the progress to standard error', false)
    .addHelpText('after', '\nExit status: 0 every query keeps its bound, 1 one does not, 2 wrong usage.');
  const options = parsed<Omit<CommandLine, 'data'> & { data?: string }>(program, argv);
  if (options === null) return null;
  const { data, ...rest } = options;
  return { ...rest, data: data === undefined ? null : resolve(data) };
}

function size(text: string): number {
  const value = whole(text);
  if (value < 10_000) throw new InvalidArgumentError('It must be a whole number of at least 10000.');
  return value;
}
