/** A list that stays: redrawn in place on a terminal, one line for each change in a log. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trade } from '../domain/order/trade.ts';
import { DatabaseUnavailableError, type TradeFilter, type TradeStore } from '../ports/trade-store.ts';
import type { Cli } from './cli.ts';
import { paintStatus, toSeconds, tradeTable } from './order-view.ts';
import type { Output } from './output.ts';
import { plain } from './text-table.ts';

const LOOK_EVERY_MS = 1_000;
/** The title, the table's header and the cursor's own line. */
const OTHER_LINES = 3;

/** Ends with `stop`. While the database is unreachable it says so, and keeps trying. */
export async function showLiveList(trades: TradeStore, filter: TradeFilter, { output, stop }: Cli): Promise<void> {
  const show = output.isTerminal ? redraw(output) : printChanges(output, trades);
  let seen: readonly Trade[] = [];
  let trouble: string | null = null;
  for (let isFirst = true; !stop.aborted; isFirst = false) {
    try {
      seen = (await trades.list(filter)).items;
      trouble = null;
      await show(seen, null);
    } catch (error) {
      if (isFirst || !(error instanceof DatabaseUnavailableError)) throw error;
      if (trouble !== error.message) await show(seen, error.message);
      trouble = error.message;
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

type Show = (seen: readonly Trade[], trouble: string | null) => Promise<void>;

function redraw(output: Output): Show {
  return async (seen, trouble) => {
    const { paint } = output;
    const room = Math.max(output.rows - OTHER_LINES, 1);
    const title = trouble === null ? `${toSeconds(new Date().toISOString())}, Ctrl-C ends` : paint.red(trouble);
    output.frame(`${title}\n${seen.length === 0 ? 'No orders.' : tradeTable(seen.slice(0, room), paint)}`);
  };
}

function printChanges(output: Output, trades: TradeStore): Show {
  const printed = new Map<string, string>();

  function print(trade: Trade): void {
    const line = lineOf(trade, output);
    if (printed.get(trade.clientOrderId) !== line) output.record(trade, () => `${trade.updatedAt} ${line}`);
    printed.set(trade.clientOrderId, line);
  }

  return async (seen, trouble) => {
    if (trouble !== null) return output.hint(trouble);
    for (const trade of seen.toReversed()) print(trade);
    // What the list no longer shows may have changed before it went.
    const shown = new Set(seen.map(({ clientOrderId }) => clientOrderId));
    for (const clientOrderId of [...printed.keys()].filter((id) => !shown.has(id))) {
      const trade = await trades.find(clientOrderId);
      if (trade !== null) print(trade);
      printed.delete(clientOrderId);
    }
  };
}

function lineOf(trade: Trade, { paint }: Output): string {
  const { clientOrderId, status, botId, productId, side, filledSize, averageFilledPrice, reason } = trade;
  const fill = averageFilledPrice === null ? '' : ` filled ${filledSize} at ${averageFilledPrice}`;
  const why = reason === null ? '' : ` (${plain(reason)})`;
  return `${clientOrderId} ${paintStatus(status, paint)} ${plain(botId)} ${side} ${plain(productId)}${fill}${why}`;
}
