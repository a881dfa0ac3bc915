import { Option, type Command } from 'commander';
import { InvalidResolutionError } from '../../client/index.ts';
import { readResolution } from '../../domain/order/resolve.ts';
import { BLOCKING_STATUSES } from '../../domain/order/trade.ts';
import type { Cli } from '../cli.ts';
import { withOrders } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { UsageError } from '../failure.ts';
import { commandMany } from '../many-orders.ts';
import { selectionOf, withSelection, type SelectionFlags } from '../selection-flags.ts';
import { clientOrderIdOf } from '../find-trade.ts';
import { sentence } from '../order-view.ts';

interface Flags extends Omit<SelectionFlags, 'status'> {
  dryRun?: boolean;
  status: 'cancelled' | 'failed';
  requestedBy: string;
  reason: string;
}

export function addResolve(program: Command, cli: Cli): void {
  const command = program
    .command('resolve')
    .summary('end an order, or many, that cannot be verified')
    .description(
      'Ends an order that the exchange no longer knows, and releases its bot. The exchange is asked first: if it does not answer, or shows the order open or filled, the command is refused; if it shows another end, that end is recorded instead. Should the exchange show otherwise later, the order is corrected. With --bot, --product, --from-status or --older-than it does so for every open order that fits: it shows which, asks, and reports the result of each.',
    )
    .argument('[id]', 'client order id or exchange order id, or the beginning of one')
    .addOption(
      new Option('--status <status>', 'the final status of the order')
        .choices(['cancelled', 'failed'])
        .makeOptionMandatory(),
    )
    .requiredOption('--requested-by <who>', 'who says so; recorded with the order')
    .requiredOption('--reason <why>', 'what makes sure of it; recorded with the order')
    .option('--dry-run', 'with a filter: only show which orders fit')
    .action((id: string | undefined, flags: Flags) => resolve(id, flags, cli));
  withSelection(command, '--from-status <status>', BLOCKING_STATUSES);
  withExamples(command, [
    [
      'The exchange forgot the order, and its statement shows no trade',
      'order-sync resolve 3f2c --status failed --requested-by alice --reason "not in the statement of 23 November"',
    ],
    [
      'All that have been stale for a day',
      'order-sync resolve --from-status stale --older-than 1d --status failed --requested-by alice --reason "the exchange lost them"',
    ],
  ]);
}

async function resolve(id: string | undefined, flags: Flags, cli: Cli): Promise<void> {
  const { status, requestedBy, reason, ...which } = flags;
  const selection = selectionOf(id, which);
  if (selection === null) return resolveOne(id ?? '', flags, cli);
  const resolution = { status, requestedBy, reason };
  const read = readResolution(resolution);
  if (read.kind === 'malformed') throw new InvalidResolutionError(read.errors);
  return commandMany({ kind: 'resolve', resolution }, selection, flags, cli);
}

async function resolveOne(id: string, { dryRun, status, requestedBy, reason }: Flags, cli: Cli): Promise<void> {
  if (dryRun === true)
    throw new UsageError(['--dry-run: works with a filter only; `order-sync status` shows one order']);
  const { output, stop } = cli;
  const clientOrderId = await clientOrderIdOf(cli, id);
  await withOrders(cli, async (orders) => {
    const state = await orders.resolve(clientOrderId, { status, requestedBy, reason, signal: stop });
    output.answer(state, () => sentence(state, output.paint));
  });
}
