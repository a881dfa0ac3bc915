import type { Command } from 'commander';
import { BLOCKING_STATUSES } from '../../domain/order/trade.ts';
import type { Cli } from '../cli.ts';
import { withOrders } from '../connect.ts';
import { requesterOf, withExamples, withRequester, type RequesterFlags } from '../shared-options.ts';
import { UsageError } from '../failure.ts';
import { commandMany } from '../many-orders.ts';
import { selectionOf, withSelection, type SelectionFlags } from '../selection-flags.ts';
import { clientOrderIdOf } from '../find-trade.ts';
import { sentence } from '../order-view.ts';

type Flags = RequesterFlags & SelectionFlags & { wait?: boolean; dryRun?: boolean };

export function addCancel(program: Command, cli: Cli): void {
  const command = program
    .command('cancel')
    .summary('cancel an order, or many')
    .description(
      'Cancels an order at the exchange. It may still fill before the exchange processes the cancel. With --bot, --product, --status or --older-than it cancels every open order that fits: it shows which, asks, and reports the result of each. New ones are placed meanwhile: `halt --cancel-open` stops that first.',
    )
    .argument('[id]', 'client order id or exchange order id, or the beginning of one')
    .option('--wait', 'wait until the order has ended and print how')
    .option('--dry-run', 'with a filter: only show which orders fit')
    .action((id: string | undefined, flags: Flags) => cancel(id, flags, cli));
  withSelection(command, '--status <status>', BLOCKING_STATUSES);
  withExamples(withRequester(command), [
    ['Cancel an order and see whether it was in time', 'order-sync cancel 3f2c --reason "wrong price" --wait'],
    ['What a bot has left behind', 'order-sync cancel --bot bot7 --older-than 10m --reason "out of date"'],
  ]);
}

async function cancel(id: string | undefined, flags: Flags, cli: Cli): Promise<void> {
  const selection = selectionOf(id, flags);
  if (selection === null) return cancelOne(id ?? '', flags, cli);
  if (flags.wait === true) {
    throw new UsageError(['--wait: works for one order only; `order-sync list --watch` follows many']);
  }
  return commandMany({ kind: 'cancel', requester: requesterOf(flags, cli) }, selection, flags, cli);
}

async function cancelOne(id: string, flags: Flags, cli: Cli): Promise<void> {
  if (flags.dryRun === true)
    throw new UsageError(['--dry-run: works with a filter only; `order-sync status` shows one order']);
  const { output, stop } = cli;
  const clientOrderId = await clientOrderIdOf(cli, id);
  await withOrders(cli, async (orders) => {
    await orders.cancel(clientOrderId, { ...requesterOf(flags, cli), signal: stop });
    if (flags.wait !== true) {
      const answer = { clientOrderId, cancelRequested: true };
      output.answer(answer, () => `The cancel of order ${clientOrderId} is requested.`);
      output.hint(`See what becomes of it: order-sync status ${clientOrderId}`);
      return;
    }
    const ended = await orders.waitForRelease(clientOrderId, { signal: stop });
    output.answer(ended, () => sentence(ended, output.paint));
  });
}
