/** Gives an ended trade its order back: an operator corrects that the exchange's order was taken for another one. */
import { randomUUID } from 'node:crypto';
import { CLIENT_ORDER_ID_MISMATCH } from '../../domain/order/decisions/end.ts';
import type { ExchangeOrder } from '../../domain/order/exchange-order.ts';
import { mismatches } from '../../domain/order/match-intent.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import { OrderIdTakenError } from '../../ports/trade-store.ts';
import { CouldNotError } from '../failure.ts';
import { plain } from '../text-table.ts';
import { Confirmation, report, type AdoptDependencies, type AdoptReport } from './adopt.ts';

/**
 * Asks the exchange for the order first. A trade that is open again gets its workflow back; running it again finishes what
 * was left. Throws CouldNotError, with the remedy, where there is nothing to take back.
 */
export async function reclaimOrder(orderId: string, dependencies: AdoptDependencies): Promise<AdoptReport> {
  const order = await shownOrder(orderId, dependencies);
  const { trades, by } = dependencies;
  const owner = await trades.findByEitherId(orderId);
  const trade = owner?.orderId === orderId ? owner : await mismatchedTrade(order, dependencies);
  let row = trade;
  if (trade.orderId !== orderId) {
    const at = new Date().toISOString();
    const fact = { type: 'reclaimed', key: `reclaimed/${randomUUID()}`, at, order, requester: by } as const;
    row = (await trades.apply(trade.clientOrderId, fact).catch(explainTaken)).trade;
    if (row.orderId !== orderId) throw new CouldNotError(notMismatched(row, orderId));
  }
  const error = isEnded(row.status) ? null : await new Confirmation(dependencies).confirm(row);
  const present = (await trades.find(row.clientOrderId)) ?? row;
  const result = trade.orderId === orderId ? 'already_known' : 'reclaimed';
  return report({ orderId, botId: present.botId, lines: [] }, result, error, present);
}

async function shownOrder(
  orderId: string,
  { exchange, stop }: { exchange: Exchange; stop: AbortSignal },
): Promise<ExchangeOrder> {
  try {
    return await exchange.getOrder(orderId, 'urgent', stop);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (error.kind !== 'not-found') {
      throw new CouldNotError(
        `the exchange did not show the order, so nothing was changed; try again: ${error.message}`,
      );
    }
    throw new CouldNotError(
      `the exchange does not know the order ${plain(orderId)}: give the exchange's order id, which \`order-sync status <client order id>\` shows in the event intent_mismatch`,
    );
  }
}

/** The trade that was ended because the order did not fit it. */
async function mismatchedTrade(order: ExchangeOrder, { trades }: AdoptDependencies): Promise<Trade> {
  const { orderId, clientOrderId } = order;
  const trade = clientOrderId === null ? null : await trades.find(clientOrderId);
  if (trade === null) {
    throw new CouldNotError(
      `no trade was ended because of the order ${plain(orderId)}: \`order-sync adopt ${plain(orderId)} --bot <bot>\` takes it over`,
    );
  }
  if (trade.reason !== CLIENT_ORDER_ID_MISMATCH) throw new CouldNotError(notMismatched(trade, orderId));
  // The configuration may have been judged too strictly; another product, side or time is another order.
  const fields = mismatches(trade, { ...order, orderConfiguration: null });
  if (fields.length > 0) {
    throw new CouldNotError(
      `the order ${plain(orderId)} is not the one that ${trade.clientOrderId} meant (${fields.join(', ')} differ), and would be given up again at once: cancel it at the exchange if it is not wanted`,
    );
  }
  return trade;
}

function notMismatched({ clientOrderId, status, orderId, reason }: Trade, asked: string): string {
  const stands = `${clientOrderId} is ${status}${reason === null ? '' : ` (${plain(reason)})`}`;
  const order = orderId === null ? 'without an exchange order id' : `with the order ${orderId}`;
  return `${stands}, ${order}: it was not ended because ${plain(asked)} did not fit it, so there is nothing to take back. \`order-sync sync ${clientOrderId}\` shows its present state`;
}

function explainTaken(error: unknown): never {
  if (!(error instanceof OrderIdTakenError)) throw error;
  throw new CouldNotError(
    `the order ${plain(error.orderId)} belongs to the trade ${error.takenBy}: \`order-sync status ${error.takenBy}\` shows it`,
  );
}
