import { InvalidArgumentError, type Command } from 'commander';
import { moveOut, type MoveOutFlags } from '../audit/move-out.ts';
import { timeOf } from '../audit/select-orders.ts';
import type { Cli } from '../cli.ts';
import { withExamples, withRequester } from '../shared-options.ts';

/** Their rows are deleted in one transaction, whose statements have to end within four seconds. */
const MAX_BATCH = 5_000;

export function addMoveOut(audit: Command, cli: Cli): void {
  const command = audit
    .command('move-out')
    .summary('move the rows of orders that ended long ago into bundles')
    .description(
      'Moves events, fills and archived histories out of the database, into bundles that `audit verify` verifies as any other. A batch of orders is written, verified and flushed to the disk before its rows are deleted, and the transparency log says which bundle has them. The trades stay, so that no client order id is used twice. Needs the role that owns the tables. Killed at any point it loses nothing, and can be run again.',
    )
    .requiredOption('--ended-before <time>', 'the orders that ended before this time', timeOf)
    .requiredOption('--out <folder>', 'each bundle becomes a folder in it')
    .option('--batch <orders>', 'orders in a bundle', batchSize, 1_000)
    .option('--dry-run', 'only show how many orders fit')
    .option('--yes', 'do not ask before it is done')
    .action((flags: MoveOutFlags) => moveOut(flags, cli));
  withExamples(withRequester(command), [
    ['How many orders is that?', 'order-sync audit move-out --ended-before 2026-01-01 --out /archive/2025 --dry-run'],
    [
      'Everything that ended before 2026',
      'order-sync audit move-out --ended-before 2026-01-01 --out /archive/2025 --reason "yearly"',
    ],
  ]);
}

function batchSize(text: string): number {
  const orders = Number(text);
  if (!Number.isInteger(orders) || orders < 1 || orders > MAX_BATCH)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MAX_BATCH}.`);
  return orders;
}
