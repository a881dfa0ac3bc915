import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withOrders } from '../connect.ts';
import { requesterOf, withExamples, withRequester, type RequesterFlags } from '../shared-options.ts';
import { clientOrderIdOf } from '../find-trade.ts';
import { sentence } from '../order-view.ts';

type Flags = RequesterFlags & { wait?: boolean };

export function addCancel(program: Command, cli: Cli): void {
  const command = program
    .command('cancel')
    .summary('cancel an order')
    .description('Cancels an order at the exchange. It may still fill before the exchange processes the cancel.')
    .argument('<id>', 'client order id or exchange order id, or the beginning of one')
    .option('--wait', 'wait until the order has ended and print how')
    .action((id: string, flags: Flags) => cancel(id, flags, cli));
  withExamples(withRequester(command), [
    ['Cancel an order and see whether it was in time', 'order-sync cancel 3f2c --reason "wrong price" --wait'],
  ]);
}

async function cancel(id: string, flags: Flags, cli: Cli): Promise<void> {
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
