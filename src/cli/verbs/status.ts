import type { Command } from 'commander';
import { movedInWords } from '../../domain/order/moved-order.ts';
import { readOrderRecord } from '../../commands/order-record.ts';
import type { Cli } from '../cli.ts';
import { withTrades } from '../connect.ts';
import { withExamples } from '../shared-options.ts';
import { findTrade } from '../find-trade.ts';
import { fillTable, timeline, tradeDetails } from '../order-view.ts';

export function addStatus(program: Command, cli: Cli): void {
  const command = program
    .command('status')
    .summary('show one order')
    .description('Shows what the database knows of an order: its row, everything that happened to it, and its fills.')
    .argument('<id>', 'client order id or exchange order id, or the beginning of one')
    .action((id: string) => status(id, cli));
  withExamples(command, [
    ['By the first characters of its id', 'order-sync status 3f2c'],
    ['The status alone, for a script', 'order-sync status 3f2c --json | jq -r .trade.status'],
  ]);
}

function status(id: string, cli: Cli): Promise<void> {
  const { output } = cli;
  return withTrades(cli, async (trades) => {
    const trade = await findTrade(trades, id);
    const { moved, events, fills } = await readOrderRecord(trades, trade);
    output.answer({ trade, movedOut: moved, events, fills }, () => {
      const parts = [tradeDetails(trade, output.paint)];
      if (moved !== null) parts.push(`The order ${movedInWords(moved)}.`);
      if (moved === null || events.length > 0) parts.push(`Timeline\n${timeline(events, output.paint)}`);
      if (fills.length > 0) parts.push(`Fills\n${fillTable(fills)}`);
      return parts.join('\n\n');
    });
  });
}
