import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import type { OrderState } from '../../domain/order/order-state.ts';
import type { Cli } from '../cli.ts';
import { withOrders } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { CouldNotError } from '../failure.ts';
import { readOrderRequest, TIMES_IN_FORCE, type OrderFlags } from '../order-flags.ts';
import { sentence } from '../order-view.ts';

type Flags = Partial<OrderFlags> & { wait?: boolean };

export function addPlace(program: Command, cli: Cli): void {
  const command = program
    .command('place')
    .summary('place an order')
    .description(
      'Places an order and prints its state once the intent is recorded. The same id and request again never places a second order.',
    )
    .option('--bot <id>', 'the bot whose order it is')
    .option('--product <id>', 'such as BTC-USD')
    .option('--side <side>', 'buy or sell')
    .option('--quote-size <amount>', 'how much, in the quote currency, such as 10.00 USD')
    .option('--base-size <amount>', 'how much, in the base currency, such as 0.002 BTC')
    .option('--limit-price <price>', 'makes it a limit order; without it, a market order')
    .addOption(
      new Option('--time-in-force <how>', 'default: ioc for a market order, gtc for a limit order').choices(
        TIMES_IN_FORCE,
      ),
    )
    .option('--end-time <time>', 'when a gtd order expires, such as 2026-11-23T12:00:00Z')
    .option('--config <json>', "Coinbase's order_configuration, for every other kind of order")
    .option('--client-order-id <id>', 'the idempotency key (default: a new one)')
    .option('--policy <name=value...>', 'how it is monitored, such as monitorForMs=60000')
    .option('--wait', 'wait until the order has ended and print how')
    .action((flags: Flags) => place(flags, cli));
  withExamples(command, [
    [
      'Buy Bitcoin for 10 dollars at the market, and wait for the end',
      'order-sync place --bot bot7 --product BTC-USD --side buy --quote-size 10.00 --wait',
    ],
    [
      'Leave a limit order in the book',
      'order-sync place --bot bot7 --product BTC-USD --side sell --base-size 0.001 --limit-price 120000',
    ],
    [
      'Place it once, however often this line is run',
      'order-sync place --client-order-id bot7-0001 --bot bot7 --product BTC-USD --side buy --quote-size 10.00',
    ],
    [
      'Any kind of order that Coinbase has',
      `order-sync place --bot bot7 --product BTC-USD --side buy --config '{"limit_limit_gtc":{"base_size":"0.001","limit_price":"90000","post_only":true}}'`,
    ],
  ]);
}

async function place({ wait, ...flags }: Flags, cli: Cli): Promise<void> {
  const { output, stop } = cli;
  const request = readOrderRequest({ ...flags, clientOrderId: flags.clientOrderId ?? randomUUID() });
  const { clientOrderId } = request;
  await withOrders(cli, async (orders) => {
    const placed = await orders.place(request, { signal: stop });
    if (wait !== true) {
      output.answer(placed, () => sentence(placed, output.paint));
      output.hint(`See what becomes of it: order-sync status ${clientOrderId}`);
      return;
    }
    output.hint(`Waiting for order ${clientOrderId} to end; Ctrl-C stops the wait, not the order.`);
    const ended = await orders.waitForRelease(clientOrderId, { signal: stop });
    output.answer(ended, () => sentence(ended, output.paint));
    if (!wasPlaced(ended)) throw new CouldNotError(`the order was not placed: ${ended.reason ?? ended.status}`);
  });
}

function wasPlaced({ status }: OrderState): boolean {
  return status !== 'rejected' && status !== 'failed';
}
