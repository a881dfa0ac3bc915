import { Option, type Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withOrders } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { clientOrderIdOf } from '../find-trade.ts';
import { sentence } from '../order-view.ts';

interface Flags {
  status: 'cancelled' | 'failed';
  requestedBy: string;
  reason: string;
}

export function addResolve(program: Command, cli: Cli): void {
  const command = program
    .command('resolve')
    .summary('end an order that cannot be verified')
    .description(
      'Ends an order that the exchange no longer knows, and releases its bot. The exchange is asked first: it is refused if the exchange does not answer, or shows the order open or filled; another end that it shows is recorded instead. Should the exchange show otherwise later, the order is corrected.',
    )
    .argument('<id>', 'client order id or exchange order id, or the beginning of one')
    .addOption(
      new Option('--status <status>', 'the final status of the order')
        .choices(['cancelled', 'failed'])
        .makeOptionMandatory(),
    )
    .requiredOption('--requested-by <who>', 'who says so; recorded with the order')
    .requiredOption('--reason <why>', 'what makes sure of it; recorded with the order')
    .action((id: string, flags: Flags) => resolve(id, flags, cli));
  withExamples(command, [
    [
      'The exchange forgot the order, and its statement shows no trade',
      'order-sync resolve 3f2c --status failed --requested-by alice --reason "not in the statement of 23 November"',
    ],
  ]);
}

async function resolve(id: string, { status, requestedBy, reason }: Flags, cli: Cli): Promise<void> {
  const { output, stop } = cli;
  const clientOrderId = await clientOrderIdOf(cli, id);
  await withOrders(cli, async (orders) => {
    const state = await orders.resolve(clientOrderId, { status, requestedBy, reason, signal: stop });
    output.answer(state, () => sentence(state, output.paint));
  });
}
