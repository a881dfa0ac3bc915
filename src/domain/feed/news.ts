/** Whether what the exchange shows of an order is worth waking its workflow for: each time costs four history events. */
import { compareDecimals } from '../decimal.ts';
import { hasEnded, meaningOf, type ExchangeOrder } from '../order/exchange-order.ts';
import { isImmediate } from '../order/order-configuration.ts';
import type { Trade } from '../order/trade.ts';
import type { WatchedTrade } from '../order/watched-trade.ts';

/** The first look is answered by then. */
const FIRST_LOOK_MS = 100;

/** What the workflow was told last. */
export type Told = Pick<ExchangeOrder, 'status' | 'filledSize'>;

/** A change may wait for the next one, of which the last is told; an end waits only where the order is being placed. */
export type News = 'end' | 'change' | 'none';

export function newsOf(trade: WatchedTrade, told: Told | null, order: ExchangeOrder): News {
  if (told !== null && isNoNewer(told, order)) return 'none';
  if (hasEnded(order)) return 'end';
  // The placing and the immediate check look for themselves.
  if (trade.status === 'placing') return 'none';
  if (trade.orderId === null || isBackFromStale(trade, order)) return 'change';
  const isSameStatus = order.status === (told?.status ?? 'OPEN');
  return isSameStatus && compareDecimals(order.filledSize, trade.filledSize) <= 0 ? 'none' : 'change';
}

/** Whether the POST is under way, or the look that comes with it shows what was seen then. */
export function isBeingPlaced(trade: Pick<Trade, 'status' | 'orderId' | 'updatedAt'>, seenAtMs: number): boolean {
  return trade.status === 'placing' && (trade.orderId === null || isSeenByPlacement(trade, seenAtMs));
}

/** The look is sent when the exchange's id is written down: it shows all that was seen before. */
export function isSeenByPlacement(
  { status, orderId, updatedAt }: Pick<Trade, 'status' | 'orderId' | 'updatedAt'>,
  seenAtMs: number,
): boolean {
  return status === 'placing' && orderId !== null && seenAtMs - Date.parse(updatedAt) < FIRST_LOOK_MS;
}

/** The same again, or an older picture: an ended order doesn't open, and what is filled of an open one does not shrink. */
function isNoNewer(told: Told, order: ExchangeOrder): boolean {
  const filled = compareDecimals(order.filledSize, told.filledSize);
  if (filled === 0 && told.status === order.status) return true;
  return !hasEnded(order) && (hasEnded(told) || filled < 0);
}

function isBackFromStale({ status, orderConfiguration }: WatchedTrade, order: ExchangeOrder): boolean {
  return status === 'stale' && meaningOf(order.status).kind === 'open' && !isImmediate(orderConfiguration);
}
