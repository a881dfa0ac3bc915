import type { Command } from 'commander';
import type { OpenTrade } from '../../domain/order/trade.ts';
import type { Cli } from '../cli.ts';
import { withTrades } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { plain, table } from '../text-table.ts';

interface Flags {
  bot: string;
  product?: string;
}

export function addCanTrade(program: Command, cli: Cli): void {
  const command = program
    .command('can-trade')
    .summary('show whether a bot may trade, and which orders block it')
    .description(
      'Says whether a bot may trade a product, and names the open orders that block it. Advice only: `place` never refuses because of it. Exits 0 either way.',
    )
    .requiredOption('--bot <id>', 'the bot')
    .option('--product <id>', 'only orders of this product, such as BTC-USD')
    .action((flags: Flags) => canTrade(flags, cli));
  withExamples(command, [
    ['Is bot7 free to trade Bitcoin?', 'order-sync can-trade --bot bot7 --product BTC-USD'],
    ['For a script', 'order-sync can-trade --bot bot7 --product BTC-USD --json | jq .allowed'],
  ]);
}

function canTrade({ bot, product }: Flags, cli: Cli): Promise<void> {
  const { output } = cli;
  return withTrades(cli, async (trades) => {
    const blocking = await trades.openTradesOf(bot, product ?? null);
    const where = product === undefined ? '' : ` on ${plain(product)}`;
    output.answer({ allowed: blocking.length === 0, blocking }, () =>
      blocking.length === 0
        ? `Bot ${plain(bot)} is free${where}.`
        : `Bot ${plain(bot)} is blocked${where} by:\n${blockingTable(blocking, output.paint)}`,
    );
    if (blocking.length > 0) output.hint('To ask the exchange about one of them now: order-sync sync <id>');
  });
}

function blockingTable(blocking: readonly OpenTrade[], paint: Paint): string {
  const rows = blocking.map(({ clientOrderId, orderId, status, ageSeconds }) => [
    clientOrderId,
    paintStatus(status, paint),
    `${ageSeconds} s`,
    plain(orderId ?? '-'),
  ]);
  return table(['CLIENT ORDER ID', 'STATUS', 'AGE', 'EXCHANGE ORDER ID'], rows);
}
