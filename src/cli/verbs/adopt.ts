import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { messageOf } from '../../domain/message-of.ts';
import { commandIdentity } from '../../process/identity.ts';
import type { AdoptDependencies, AdoptReport } from '../adopt/adopt.ts';
import { readStuckTrades, whyNotStuckTrade, type StuckTrade } from '../adopt/stuck-trades.ts';
import type { Cli } from '../cli.ts';
import { withExchange, withOrders } from '../connect.ts';
import { callerOf, withExamples, withRequester, type RequesterFlags } from '../shared-options.ts';
import { CouldNotError, UsageError } from '../failure.ts';
import { paintStatus } from '../order-view.ts';
import type { Paint } from '../output.ts';
import { plain, table } from '../text-table.ts';

interface Flags extends RequesterFlags {
  bot?: string;
  fromCsv?: string;
  force?: true;
}

export function addAdopt(program: Command, cli: Cli): void {
  const command = program
    .command('adopt')
    .summary('adopt orders that were placed elsewhere')
    .description(
      "Takes over orders that the exchange has and the database lacks: another system's stuck trades, or what was placed by hand. Each gets a row and a workflow that asks the exchange at once, watches the order to its end and never posts. A row that is there already is never overwritten. Running it again does no harm. With --force an order is given back to the trade that was ended because the order did not fit it (CLIENT_ORDER_ID_MISMATCH): the exchange is asked for it first, and a trade that is open again blocks its bot again.",
    )
    .argument('[order-id]', "the exchange's order id")
    .option('--bot <id>', 'the bot whose order it is')
    .option('--from-csv <file>', 'adopt many: a CSV file with a header and the columns order_id and bot_id')
    .option('--force', 'give the order back to its ended trade; needs --requested-by and --reason')
    .action((id: string | undefined, flags: Flags) => (flags.force ? force(id, flags, cli) : adopt(id, flags, cli)));
  withExamples(withRequester(command), [
    ['One order', 'order-sync adopt 7f0f8ad1-7a0c-4c51-9dd3-0d7f5d1f0c11 --bot bot7'],
    [
      'Every pending trade of the previous system',
      'order-sync adopt --from-csv pending-trades.csv --reason "migration"',
    ],
    [
      'The order was ours after all',
      'order-sync adopt --force 7f0f8ad1-7a0c-4c51-9dd3-0d7f5d1f0c11 --requested-by alice --reason "its size was echoed as 1E-3"',
    ],
    [
      'What could not be adopted, as JSON',
      "order-sync adopt --from-csv pending-trades.csv --json | jq '.orders[] | select(.error)'",
    ],
  ]);
}

async function adopt(id: string | undefined, flags: Flags, cli: Cli): Promise<void> {
  const { output } = cli;
  const stuck = await stuckTrades(id, flags);
  const { adoptAll } = await import('../adopt/adopt.ts');
  const onProgress = (done: number) => stuck.length > 1 && output.hint(`${done} of ${stuck.length} orders`);
  const reports = await withAdoption(flags, cli, (dependencies) => adoptAll(stuck, { ...dependencies, onProgress }));
  output.answer({ orders: reports }, () => describe(reports, output.paint));
  const failed = reports.filter(({ error }) => error !== null).length;
  if (failed > 0) throw new CouldNotError(`${failed} of ${reports.length} orders could not be adopted or confirmed`);
}

async function force(id: string | undefined, flags: Flags, cli: Cli): Promise<void> {
  const { output } = cli;
  const { requestedBy, reason, bot, fromCsv } = flags;
  const mistakes = [
    ...(id === undefined ? ["give the exchange's order id"] : []),
    ...(requestedBy ? [] : ['--requested-by: is required with --force']),
    ...(reason ? [] : ['--reason: is required with --force']),
    ...(bot === undefined ? [] : ['--bot: cannot be used with --force, because the trade has a bot already']),
    ...(fromCsv === undefined ? [] : ['--from-csv: cannot be used with --force, which takes back one order at a time']),
  ];
  if (id === undefined || mistakes.length > 0) throw new UsageError(mistakes);
  const { reclaimOrder } = await import('../adopt/reclaim.ts');
  const report = await withAdoption(flags, cli, (dependencies) => reclaimOrder(id, dependencies));
  output.answer({ orders: [report] }, () => describe([report], output.paint));
  if (report.error !== null) {
    throw new CouldNotError(
      `its trade has the order again, but it is not confirmed: run \`order-sync sync ${plain(report.clientOrderId ?? id)}\``,
    );
  }
}

/** This process writes events itself, so its clock is recorded, under the name that the events have as `sent_by`. */
function withAdoption<Result>(
  flags: Flags,
  cli: Cli,
  work: (dependencies: AdoptDependencies) => Promise<Result>,
): Promise<Result> {
  const { stop } = cli;
  const by = callerOf(flags, cli);
  return withExchange(cli, (exchange, database) =>
    withOrders(cli, async (orders) => {
      const { recordOffsets } = await import('../../ports/read-clocks.ts');
      await recordOffsets(commandIdentity(), { exchange, database, offsets: database.clockOffsets }, stop);
      return work({ exchange, trades: database.trades, orders, by, stop });
    }),
  );
}

async function stuckTrades(id: string | undefined, { bot, fromCsv }: Flags): Promise<StuckTrade[]> {
  if ((id === undefined) === (fromCsv === undefined)) throw new UsageError(['give an order id, or --from-csv']);
  if (fromCsv === undefined) {
    const one = { orderId: id ?? '', botId: bot ?? '', lines: [] };
    if (bot === undefined) throw new UsageError(['--bot: is required']);
    const wrong = whyNotStuckTrade(one);
    if (wrong !== null) throw new UsageError([wrong]);
    return [one];
  }
  if (bot !== undefined) throw new UsageError(['--bot: cannot be used with --from-csv, whose lines name the bot']);
  const read = readStuckTrades(await textOf(fromCsv));
  if (read.kind === 'malformed') throw new UsageError(read.mistakes.map((mistake) => `${fromCsv}: ${plain(mistake)}`));
  return read.trades;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CouldNotError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function describe(reports: readonly AdoptReport[], paint: Paint): string {
  const rows = reports.map((report) => [
    plain(report.orderId),
    plain(report.botId),
    outcome(report, paint),
    report.filledSize ?? '-',
    report.averageFilledPrice ?? '-',
    plain(report.error ?? ''),
  ]);
  const counts = Map.groupBy(reports, (report) => outcome(report, null));
  const sums = [...counts].map(([name, { length }]) => `${length} ${name}`);
  return [table(['ORDER ID', 'BOT', 'OUTCOME', 'FILLED', 'PRICE', 'REMARK'], rows), '', `${sums.join(', ')}.`].join(
    '\n',
  );
}

function outcome({ result, status }: AdoptReport, paint: Paint | null): string {
  const shown = status === null ? '' : paint === null ? status : paintStatus(status, paint);
  switch (result) {
    case 'adopted':
      return shown;
    case 'reclaimed':
      return `taken back (${shown})`;
    case 'already_known':
      return `already known (${shown})`;
    case 'unknown':
      return 'unknown';
    case 'not_adopted':
      return 'not adopted';
  }
}
