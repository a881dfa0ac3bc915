/** How the execution that the exchange shows (sizes, prices, fees) changes what the row has of it. */
import { compareDecimals } from '../../decimal.ts';
import { hasEnded, meaningOf, type ExchangeOrder } from '../exchange-order.ts';
import { differingTotals } from '../execution-totals.ts';
import type { Trade } from '../trade.ts';

/**
 * The trade with the order's totals and its status at the exchange. An older picture, with less filled than is known,
 * changes no total; for the same fill, fields that are missing (a push has fewer than a look) stay as they are known.
 */
export function withExecution(trade: Trade, order: ExchangeOrder, at: string): Trade {
  const seen: Trade = {
    ...trade,
    orderId: trade.orderId ?? order.orderId,
    ...(!isOutdated(trade, order, at) && {
      exchangeStatus: order.status,
      pendingCancel: order.pendingCancel ?? trade.pendingCancel,
    }),
    lastCheckedAt: later(trade.lastCheckedAt, at),
  };
  const difference = compareDecimals(order.filledSize, trade.filledSize);
  if (difference < 0 || (difference === 0 && trade.fillsComplete)) return seen;
  const known = difference === 0 ? trade : null;
  return {
    ...seen,
    filledSize: known?.filledSize ?? order.filledSize,
    averageFilledPrice: isZero(order.filledSize)
      ? null
      : (order.averageFilledPrice ?? known?.averageFilledPrice ?? null),
    filledValue: order.filledValue ?? known?.filledValue ?? null,
    totalFees: order.totalFees ?? known?.totalFees ?? null,
    fillsComplete: false,
  };
}

/**
 * What an order that is seen after its end still adds: its id; totals, unless the picture is from before the end; the
 * question whether the fills are still whole; and the time of the fill where it was only guessed.
 */
export function withLateExecution(trade: Trade, order: ExchangeOrder, at: string): Trade {
  if (meaningOf(order.status).kind === 'open') return { ...trade, orderId: trade.orderId ?? order.orderId };
  const filledAt = isFilledAtGuessed(trade) ? (order.lastFillTime ?? trade.filledAt) : trade.filledAt;
  // Less than was known, or other fees, is an old picture, or fills were taken back or corrected: the fills decide.
  const fillsComplete = trade.fillsComplete && differingTotals(trade, order).length === 0;
  return { ...withExecution({ ...trade, fillsComplete }, order, at), filledAt };
}

/** True for an order that was seen before what the row knows of it was. An end is never outdated. */
export function isOutdated({ lastCheckedAt }: Trade, order: ExchangeOrder, at: string): boolean {
  return !hasEnded(order) && lastCheckedAt !== null && Date.parse(at) < Date.parse(lastCheckedAt);
}

export function later(known: string | null, at: string): string {
  return known !== null && Date.parse(known) > Date.parse(at) ? known : at;
}

/** Until the exchange reports the time of the fill, it is when the fill was detected. */
export function isFilledAtGuessed(trade: Trade): boolean {
  return trade.filledAt !== null && trade.filledAt === trade.fillDetectedAt;
}

export function isZero(size: string): boolean {
  return compareDecimals(size, '0') === 0;
}
