/** How what is learnt changes a trade. Pure; the machine decides when, this decides what. */
import { compareDecimals } from '../decimal.ts';
import { meaningOf, type ExchangeEnd, type ExchangeOrder } from './exchange-order.ts';
import { differingFigures } from './figures.ts';
import type { FillsOutcome } from './order-context.ts';
import type { Layer, OrderStateName, Trade } from './trade.ts';

export const RESOLVED_BY_OPERATOR = 'RESOLVED_BY_OPERATOR';
export const NOT_PLACED_IN_TIME = 'NOT_PLACED_IN_TIME';
export const CLIENT_ORDER_ID_MISMATCH = 'CLIENT_ORDER_ID_MISMATCH';

/**
 * The trade with the figures of the order. An older picture, with less filled than is known, changes no figure; of the
 * same fill, what the order does not tell (a push tells less than a look) stays as it is known.
 */
export function withFigures(trade: Trade, order: ExchangeOrder): Trade {
  const identified = { ...trade, orderId: trade.orderId ?? order.orderId };
  const difference = compareDecimals(order.filledSize, trade.filledSize);
  const nothingNew = difference < 0 || (difference === 0 && trade.fillsComplete);
  if (nothingNew) return identified;
  const known = difference === 0 ? trade : null;
  return {
    ...identified,
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
 * What an order that was seen after its end still adds: its id; figures, unless the picture is from before the end; the
 * question whether the fills are still whole; and the time of the fill where it was only guessed.
 */
export function withLateFigures(trade: Trade, order: ExchangeOrder): Trade {
  if (meaningOf(order.status).kind === 'open') return { ...trade, orderId: trade.orderId ?? order.orderId };
  const filledAt = isFilledAtGuessed(trade) ? (order.lastFillTime ?? trade.filledAt) : trade.filledAt;
  const figures = withFigures(trade, order);
  // Less than was known, or other fees, is an old picture, or fills were taken back or corrected: the fills decide.
  const isKnown = differingFigures(trade, order).length === 0;
  return { ...figures, filledAt, fillsComplete: figures.fillsComplete && isKnown };
}

/** Where and by whom an end was seen. */
export interface Seen {
  at: string;
  state: OrderStateName;
  layer: Layer;
}

/** The trade ended as the exchange says. Its fills are complete at once only if it can have none. */
export function ended(trade: Trade, order: ExchangeOrder, as: ExchangeEnd, seen: Seen): Trade {
  const figures = withFigures(trade, order);
  const filled = as === 'completed';
  return {
    ...figures,
    status: as,
    staleSince: null,
    detectedBy: seen.layer,
    immediateFill: filled && (seen.state === 'placed' || seen.state === 'immediate-check'),
    fillDetectedAt: filled ? seen.at : null,
    filledAt: filled ? (order.lastFillTime ?? seen.at) : null,
    fillsComplete: figures.fillsComplete || (!filled && isZero(figures.filledSize)),
    reason: filled ? null : order.reason,
  };
}

/** The trade ended without the exchange showing an order of ours that ended: refused, never placed, or resolved by hand. */
export function closedWithout(
  trade: Trade,
  status: 'cancelled' | 'failed' | 'rejected',
  reason: string,
  layer: Layer,
): Trade {
  return {
    ...trade,
    status,
    reason,
    staleSince: null,
    detectedBy: layer,
    fillsComplete: trade.fillsComplete || isZero(trade.filledSize),
  };
}

/** The figures of the fills where they are whole; `filledAt` is the newest trade's time where the order had none. */
export function withFills(trade: Trade, fills: FillsOutcome): Trade {
  const { totals } = fills;
  return {
    ...trade,
    ...(totals !== null && {
      filledSize: fills.filledSize,
      averageFilledPrice: isZero(fills.filledSize) ? null : totals.averagePrice,
      filledValue: totals.value,
      totalFees: totals.fees,
    }),
    fillsComplete: fills.complete,
    filledAt: isFilledAtGuessed(trade) ? (fills.newestTradeTime ?? trade.filledAt) : trade.filledAt,
  };
}

export function layerOf(state: OrderStateName): Layer {
  return state === 'placed' || state === 'immediate-check' ? 'immediate-check' : 'monitoring';
}

/** True when an ended trade and what the exchange shows cannot both be true. */
export function contradicts(trade: Trade, order: ExchangeOrder): boolean {
  const meaning = meaningOf(order.status);
  return meaning.kind === 'open' || (meaning.kind === 'ended' && meaning.as !== trade.status);
}

/** What an event's evidence says of an order: enough to check the decision by. */
export function evidenceOf(order: ExchangeOrder): Record<string, unknown> {
  return {
    order_id: order.orderId,
    status: order.status,
    filled_size: order.filledSize,
    average_filled_price: order.averageFilledPrice,
    filled_value: order.filledValue,
    total_fees: order.totalFees,
    last_fill_time: order.lastFillTime,
    reason: order.reason,
  };
}

/** Until the exchange tells its time of the fill, it is when the fill was detected. */
function isFilledAtGuessed(trade: Trade): boolean {
  return trade.filledAt !== null && trade.filledAt === trade.fillDetectedAt;
}

function isZero(size: string): boolean {
  return compareDecimals(size, '0') === 0;
}
