import type { Command } from 'commander';
import { TRADE_STATUSES } from '../../domain/order/trade.ts';
import type { SyncReport } from '../../domain/order/sync-report.ts';
import type { Cli } from '../cli.ts';
import { withExchange, withOrders } from '../connect.ts';
import { requesterOf, withExamples, withRequester, type RequesterFlags } from '../shared-options.ts';
import { CouldNotError } from '../failure.ts';
import { commandMany } from '../many-orders.ts';
import { selectionOf, withSelection, type SelectionFlags } from '../selection-flags.ts';
import { clientOrderIdOf, findTrade } from '../find-trade.ts';
import { paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { pairs, plain } from '../text-table.ts';

type Flags = RequesterFlags & SelectionFlags & { dryRun?: boolean };

export function addSync(program: Command, cli: Cli): void {
  const command = program
    .command('sync')
    .summary('ask the exchange about an order, or many, now')
    .description(
      'Asks the exchange about an order now, records what it says, and prints what was before and what is after. Works on an ended order too, and can do no harm. With --bot, --product, --status or --older-than it does so for every open order that fits: it shows which, asks, and reports the result of each.',
    )
    .argument('[id]', 'client order id or exchange order id, or the beginning of one')
    .option('--dry-run', 'only compare, or show which orders fit; nothing is started, signalled or written')
    .action((id: string | undefined, flags: Flags) => sync(id, flags, cli));
  withSelection(command, '--status <status>', TRADE_STATUSES);
  withExamples(withRequester(command), [
    [
      'A bot is blocked, and the exchange says that the order is filled',
      'order-sync sync 3f2c --requested-by alice --reason "bot7 is blocked"',
    ],
    ['See what that would change', 'order-sync sync 3f2c --dry-run'],
    ['Every stale order', 'order-sync sync --status stale --reason "the exchange is back"'],
  ]);
}

function sync(id: string | undefined, flags: Flags, cli: Cli): Promise<void> {
  const selection = selectionOf(id, flags);
  if (selection !== null)
    return commandMany({ kind: 'sync', requester: requesterOf(flags, cli) }, selection, flags, cli);
  return flags.dryRun === true ? compare(id ?? '', flags, cli) : syncOne(id ?? '', flags, cli);
}

async function syncOne(id: string, flags: RequesterFlags, cli: Cli): Promise<void> {
  const { output, stop } = cli;
  const clientOrderId = await clientOrderIdOf(cli, id);
  await withOrders(cli, async (orders) => {
    const report = await orders.sync(clientOrderId, { ...requesterOf(flags, cli), signal: stop });
    const outcome = report.changed ? 'was brought up to date' : 'is as it was';
    output.answer(report, () => describe(report, outcome, output.paint));
    if (report.error !== null) throw new CouldNotError(`nothing was changed: ${plain(report.error)}`);
  });
}

async function compare(id: string, flags: Flags, cli: Cli): Promise<void> {
  const { output, stop } = cli;
  const [{ lookAtOrder }, { dryRun }] = await Promise.all([
    import('../../ports/order-lookup.ts'),
    import('../../domain/order/dry-run.ts'),
  ]);
  await withExchange(cli, async (exchange, { trades }) => {
    const trade = await findTrade(trades, id);
    const look = await lookAtOrder({ exchange, trades }, trade, stop);
    const report = dryRun(trade, look, requesterOf(flags, cli));
    const outcome = report.changed ? 'would be brought up to date' : 'would stay as it is';
    output.answer(report, () => describe(report, outcome, output.paint));
    if (report.error !== null) throw new CouldNotError(`there is nothing to compare with: ${plain(report.error)}`);
  });
}

function describe(report: SyncReport, outcome: string, paint: Paint): string {
  const { clientOrderId, before, coinbase, after } = report;
  const side = ({ status, filledSize }: SyncReport['before']): string =>
    `${paintStatus(status, paint)}, filled ${filledSize}`;
  const said = coinbase && `${plain(coinbase.status)}, filled ${coinbase.filledSize}`;
  return [
    `Order ${clientOrderId} ${outcome}.`,
    pairs([
      ['before', side(before)],
      ['exchange', said ?? 'no answer'],
      ['after', side(after)],
    ]),
  ].join('\n');
}
