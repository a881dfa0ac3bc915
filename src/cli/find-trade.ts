/** Ids as people type them: the exchange's or the client's, whole or as many first characters as are unique. */
import { DatabaseUnavailableError, type TradeStore } from '../ports/trade-store.ts';
import type { Trade } from '../domain/order/trade.ts';
import { withTrades } from './connect.ts';
import type { Cli } from './cli.ts';
import { CouldNotError } from './failure.ts';
import { plain } from './text-table.ts';

/** So many are named where several fit. */
const SHOWN = 5;

/** Throws CouldNotError if none or several trades fit. */
export async function findTrade(trades: TradeStore, id: string): Promise<Trade> {
  const exact = await trades.findByEitherId(id);
  if (exact !== null) return exact;
  const found = await trades.findByPrefix(id, SHOWN + 1);
  const [first] = found;
  if (first === undefined) {
    throw new CouldNotError(`no order ${plain(id)}: run \`order-sync list\` to see all orders`);
  }
  if (found.length === 1) return first;
  const ids = found.slice(0, SHOWN).map(({ clientOrderId }) => clientOrderId);
  const count = found.length > SHOWN ? `more than ${SHOWN}` : found.length;
  throw new CouldNotError(`${plain(id)} matches ${count} orders (${ids.join(', ')}): give more characters of the id`);
}

/**
 * The client order id of what was typed. Without the database it is taken as a whole client order id, so that a sync or
 * a cancel still works from where only Temporal can be reached.
 */
export async function clientOrderIdOf(cli: Cli, id: string): Promise<string> {
  try {
    return await withTrades(cli, async (trades) => (await findTrade(trades, id)).clientOrderId);
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    cli.output.hint(`The database is out of reach; taking ${plain(id)} as a whole client order id.`);
    return id;
  }
}
