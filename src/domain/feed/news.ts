/** Whether what the exchange shows of an order is worth waking its workflow for: each time costs four history events. */
import { compareDecimals } from '../decimal.ts';
import { hasEnded, meaningOf, type ExchangeOrder } from '../order/exchange-order.ts';
import { isImmediate } from '../order/order-configuration.ts';
import type { TrackedTrade } from '../order/trade.ts';

/** What was reported of the order last. */
export type Reported = Pick<ExchangeOrder, 'status' | 'filledSize'>;

/** An end is reported at once. A change may wait for the next one, of which the last is reported. */
export type News = 'end' | 'change' | 'none';

export function newsOf(trade: TrackedTrade, reported: Reported | null, order: ExchangeOrder): News {
  if (reported !== null && isNoNewer(reported, order)) return 'none';
  if (hasEnded(order)) return 'end';
  if (trade.orderId === null || isBackFromStale(trade, order)) return 'change';
  const knownStatus = reported?.status ?? trade.exchangeStatus ?? 'OPEN';
  const isSame = order.status === knownStatus && compareDecimals(order.filledSize, trade.filledSize) <= 0;
  return isSame ? 'none' : 'change';
}

/** The same again, or an older picture: an ended order doesn't open, and what is filled of an open one does not shrink. */
function isNoNewer(reported: Reported, order: ExchangeOrder): boolean {
  const filled = compareDecimals(order.filledSize, reported.filledSize);
  if (filled === 0 && reported.status === order.status) return true;
  return !hasEnded(order) && (hasEnded(reported) || filled < 0);
}

function isBackFromStale({ status, orderConfiguration }: TrackedTrade, order: ExchangeOrder): boolean {
  return status === 'stale' && meaningOf(order.status).kind === 'open' && !isImmediate(orderConfiguration);
}
