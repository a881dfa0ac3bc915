/** The options by which a verb reaches many orders, in place of the id of one. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { OrderSelection } from '../commands/selection.ts';
import type { TradeStatus } from '../domain/order/trade.ts';
import { UsageError } from './failure.ts';

export interface SelectionFlags {
  bot?: string;
  product?: string;
  /** Of `sync` and `cancel`. */
  status?: TradeStatus;
  /** Of `resolve`, whose `--status` is the end. */
  fromStatus?: TradeStatus;
  olderThan?: number;
  all?: true;
  yes?: true;
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function withSelection(
  command: Command,
  flag: '--status <status>' | '--from-status <status>',
  statuses: readonly TradeStatus[],
): Command {
  return command
    .option('--bot <id>', 'in place of an id: the orders of this bot')
    .option('--product <id>', 'the orders of this product')
    .addOption(new Option(flag, 'the orders with this status (default: every open one)').choices(statuses))
    .option('--older-than <time>', 'the orders placed at least this long ago: 90s, 10m, 24h, 7d', milliseconds)
    .option('--all', 'every open order, where no other option says which')
    .option('--yes', 'do not ask before it is done');
}

/** Null: the order with the id is meant. Throws UsageError where it is not clear which are. */
export function selectionOf(id: string | undefined, flags: SelectionFlags): OrderSelection | null {
  const { bot, product, status = flags.fromStatus, olderThan, all = false } = flags;
  const isNarrowed = [bot, product, status, olderThan].some((given) => given !== undefined);
  if (id !== undefined) {
    if (isNarrowed || all) throw new UsageError(['give an id, or options that say which orders, not both']);
    return null;
  }
  if (all && isNarrowed) throw new UsageError(['--all: cannot be combined with other options that select orders']);
  if (!all && !isNarrowed) {
    throw new UsageError([
      'say which orders: an id, or --bot, --product, a status or --older-than; --all for every open one',
    ]);
  }
  return {
    ...(bot !== undefined && { botId: bot }),
    ...(product !== undefined && { productId: product }),
    ...(status !== undefined && { status }),
    ...(olderThan !== undefined && { olderThanMs: olderThan }),
  };
}

function milliseconds(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs === undefined) throw new InvalidArgumentError('It must be a time such as 90s, 10m, 24h or 7d.');
  return Number(count) * unitMs;
}
