/** A verb for many orders: shows which, asks, works through them, prints the result of each, and sums up. */
import { carryOut, type Command } from '../commands/carry-out.ts';
import { forManyOrders } from '../commands/many-orders.ts';
import { selectOrders, type OrderSelection } from '../commands/selection.ts';
import { OUTCOMES, resultFor, type CommandResult, type Outcome } from '../domain/order/command-result.ts';
import { counted } from '../domain/counted.ts';
import type { Trade } from '../domain/order/trade.ts';
import type { Cli } from './cli.ts';
import { withOrders, withTrades } from './connect.ts';
import { confirmation } from './confirm.ts';
import { CouldNotError } from './failure.ts';
import { paintStatus, tradeTable } from './order-view.ts';
import type { Output } from './output.ts';
import { progressBar } from './progress-bar.ts';
import { plain } from './text-table.ts';

/** So many are shown before it asks. */
const SHOWN = 20;
/** A sync may wait long for the request budget, behind many others. */
const TIMEOUT_MS = 100_000;

export interface ManyFlags {
  yes?: true;
  dryRun?: boolean;
}

export async function commandMany(
  command: Command,
  selection: OrderSelection,
  flags: ManyFlags,
  cli: Cli,
): Promise<void> {
  const { output, stop } = cli;
  const confirm = confirmation(flags, cli, 'which orders fit');
  const trades = await withTrades(cli, (store) => selectOrders(store, selection));
  if (trades.length === 0 || flags.dryRun === true) {
    const results = trades.map((trade) => resultFor(trade, { outcome: 'selected', toStatus: trade.status }));
    return output.answer(answerOf(results), () => (trades.length === 0 ? 'No order fits.' : shown(trades, output)));
  }
  await confirm(() => shown(trades, output), `${capital(command.kind)} ${counted(trades.length, 'order')}?`);
  const results = await withOrders(cli, async (orders) => {
    const bar = progressBar(trades.length, output);
    try {
      return await forManyOrders(
        trades,
        (trade) => carryOut(orders, command, trade, { signal: stop, timeoutMs: TIMEOUT_MS }),
        {
          stop,
          onResult: (result) => {
            if (!output.json) output.record(result, () => lineOf(result, output));
            bar.add(result.outcome === 'failed');
          },
        },
      );
    } finally {
      bar.end();
    }
  });
  output.answer(answerOf(results), () => `\n${sentenceOf(results)}`);
  if (results.length < trades.length) {
    throw new CouldNotError(
      `stopped when ${results.length} of ${counted(trades.length, 'order')} were done; others may still be carried out`,
    );
  }
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed > 0) throw new CouldNotError(`${failed} of ${counted(trades.length, 'order')} could not be done`);
}

function answerOf(orders: readonly CommandResult[]) {
  return { orders, sums: Object.fromEntries(sumsOf(orders)) };
}

/** Sorted by outcome, not by time. */
function sumsOf(results: readonly CommandResult[]): [Outcome, number][] {
  return OUTCOMES.map((outcome): [Outcome, number] => [
    outcome,
    results.filter((result) => result.outcome === outcome).length,
  ]).filter(([, sum]) => sum > 0);
}

function sentenceOf(results: readonly CommandResult[]): string {
  if (results.length === 0) return 'Nothing was done.';
  return `${sumsOf(results)
    .map(([outcome, sum]) => `${sum} ${WORDS[outcome]}`)
    .join(', ')}.`;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  selected: 'selected',
  updated: 'brought up to date',
  unchanged: 'as they were',
  requested: 'asked to be cancelled',
  ended: 'had ended already',
  resolved: 'resolved',
  failed: 'not done',
};

function lineOf({ clientOrderId, fromStatus, toStatus, outcome, error }: CommandResult, { paint }: Output): string {
  switch (outcome) {
    case 'selected':
    case 'unchanged':
      return `${clientOrderId} ${paintStatus(fromStatus, paint)}, as it was`;
    case 'updated':
    case 'resolved':
      return `${clientOrderId} ${fromStatus} → ${paintStatus(toStatus ?? fromStatus, paint)}`;
    case 'requested':
      return `${clientOrderId} ${paintStatus(fromStatus, paint)}, cancel requested`;
    case 'ended':
      return `${clientOrderId} has ended already`;
    case 'failed':
      return `${clientOrderId} ${paintStatus(fromStatus, paint)}, ${paint.red('not done')}: ${plain(error ?? '')}`;
  }
}

function shown(trades: readonly Trade[], { paint }: Output): string {
  const statuses = [...Map.groupBy(trades, ({ status }) => status)];
  const sums = statuses.map(([status, { length }]) => `${length} ${paintStatus(status, paint)}`).join(', ');
  const bots = new Set(trades.map(({ botId }) => botId)).size;
  const more = trades.length > SHOWN ? [`… and ${trades.length - SHOWN} more`] : [];
  const sum = `${counted(trades.length, 'order')} of ${bots === 1 ? 'one bot' : `${bots} bots`}: ${sums}`;
  return [tradeTable(trades.slice(0, SHOWN), paint), ...more, '', sum].join('\n');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
