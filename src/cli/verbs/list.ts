import { InvalidArgumentError, Option, type Command } from 'commander';
import { TRADE_STATUSES, type TradeStatus } from '../../domain/order/trade.ts';
import type { TradeFilter } from '../../ports/trade-store.ts';
import type { Cli } from '../cli.ts';
import { withTrades } from '../connect.ts';
import { showLiveList } from '../live-view.ts';
import { withExamples } from '../shared-options.ts';
import { tradeTable } from '../order-view.ts';

interface Flags {
  status?: TradeStatus;
  bot?: string;
  product?: string;
  limit: number;
  cursor?: string;
  watch?: boolean;
}

export function addList(program: Command, cli: Cli): void {
  const command = program
    .command('list')
    .summary('list orders, newest first')
    .description('Lists what the database knows of the orders, newest first.')
    .addOption(new Option('--status <status>', 'only orders with this status').choices(TRADE_STATUSES))
    .option('--bot <id>', 'only orders of this bot')
    .option('--product <id>', 'only orders of this product')
    .option('--limit <count>', 'how many, 1 to 500', countFrom1To500, 20)
    .option('--cursor <cursor>', 'continue after the previous page')
    .addOption(new Option('--watch', 'keep running and show each change').conflicts('cursor'))
    .action((flags: Flags) => list(flags, cli));
  withExamples(command, [
    ['What needs attention', 'order-sync list --status stale'],
    ["A bot's last five orders of one product", 'order-sync list --bot bot7 --product BTC-USD --limit 5'],
    ['What happens now, until Ctrl-C', 'order-sync list --watch'],
    ['Every change of a stale order, for a log', 'order-sync list --status stale --watch --json >> stale.ndjson'],
  ]);
}

function list({ status, bot, product, limit, cursor, watch }: Flags, cli: Cli): Promise<void> {
  const { output } = cli;
  const filter: TradeFilter = {
    limit,
    ...(status !== undefined && { status }),
    ...(bot !== undefined && { botId: bot }),
    ...(product !== undefined && { productId: product }),
    ...(cursor !== undefined && { cursor }),
  };
  return withTrades(cli, async (trades) => {
    if (watch === true) return showLiveList(trades, filter, cli);
    const page = await trades.list(filter);
    output.answer(page, () => (page.items.length === 0 ? 'No orders.' : tradeTable(page.items, output.paint)));
    if (page.nextCursor !== null) output.hint(`There are more: add --cursor ${page.nextCursor}`);
  });
}

function countFrom1To500(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 500) throw new InvalidArgumentError('It must be a whole number from 1 to 500.');
  return count;
}
