/** A trade beside the order that the exchange shows for it. At most one difference: the one that matters most. */
import { compareDecimals } from '../decimal.ts';
import { meaningOf, type ExchangeEnd, type ExchangeOrder } from '../order/exchange-order.ts';
import { differingTotals } from '../order/execution-totals.ts';
import { isImmediate } from '../order/order-configuration.ts';
import { RESOLVED_BY_OPERATOR } from '../order/decisions/end.ts';
import { isEnded, type Trade, type TradeStatus } from '../order/trade.ts';
import { about, type Difference } from './difference.ts';
import { staleDifference } from './stale.ts';

export function compareOrder(trade: Trade, order: ExchangeOrder, nowMs: number): Difference | null {
  const meaning = meaningOf(order.status);
  switch (meaning.kind) {
    case 'ended':
      return isSameEnd(trade.status, meaning.as) ? afterTheEnd(trade, order) : missedEnd(trade, order, meaning.as);
    case 'open':
      return isEnded(trade.status) ? endedButOpen(trade, order) : whileOpen(trade, order, nowMs);
    case 'unknown':
      return isEnded(trade.status) ? null : staleDifference(trade, order.status, nowMs);
  }
}

/** An order that was refused is `rejected` here and may be FAILED there. */
function isSameEnd(status: TradeStatus, end: ExchangeEnd): boolean {
  return status === end || (status === 'rejected' && end === 'failed');
}

function missedEnd(trade: Trade, order: ExchangeOrder, end: ExchangeEnd): Difference {
  const filled = end === 'completed';
  return {
    ...about(trade, order.status),
    orderId: order.orderId,
    kind: filled ? 'missed_fill' : 'missed_cancel',
    level: isEnded(trade.status) ? 'critical' : 'warning',
    since: (filled ? order.lastFillTime : null) ?? order.lastUpdateTime ?? null,
    detail: `the order is ${order.status} at the exchange and ${trade.status} here`,
    repair: canCorrect(trade) ? { kind: 'signal', order } : { kind: 'none' },
  };
}

function endedButOpen(trade: Trade, order: ExchangeOrder): Difference {
  return {
    ...about(trade, order.status),
    kind: 'figures_differ',
    level: 'critical',
    since: null,
    detail: `the order is ${order.status} at the exchange, but ended here as ${trade.status}`,
    repair: canCorrect(trade) ? { kind: 'signal', order } : { kind: 'none' },
  };
}

/** An ended trade stays ended, unless an operator had the last word and was wrong. */
function canCorrect(trade: Trade): boolean {
  return !isEnded(trade.status) || trade.reason === RESOLVED_BY_OPERATOR;
}

function afterTheEnd(trade: Trade, order: ExchangeOrder): Difference | null {
  const found = differingTotals(trade, order);
  if (found.length === 0 && trade.fillsComplete) return null;
  return {
    ...about(trade, order.status),
    kind: 'figures_differ',
    level: 'warning',
    since: found.length === 0 ? (trade.endedAt ?? trade.updatedAt) : (order.lastUpdateTime ?? null),
    detail: found.length === 0 ? 'the recorded fills do not add up to the filled size' : found.join('; '),
    // The feed lists the fills again by itself until they add up.
    repair: found.length === 0 ? { kind: 'none' } : { kind: 'signal', order },
  };
}

function whileOpen(trade: Trade, order: ExchangeOrder, nowMs: number): Difference | null {
  if (compareDecimals(order.filledSize, trade.filledSize) > 0) {
    return {
      ...about(trade, order.status),
      kind: 'figures_differ',
      level: 'warning',
      since: order.lastFillTime,
      detail: `filled size ${trade.filledSize}, at the exchange ${order.filledSize}`,
      repair: { kind: 'signal', order },
    };
  }
  const isUndecided = trade.status === 'stale' && !isImmediate(trade.orderConfiguration);
  // The order rests, or its id is new here: its workflow only has to learn of it.
  if (isUndecided || trade.orderId === null) {
    return {
      ...about(trade, order.status),
      orderId: order.orderId,
      kind: 'stale',
      level: 'warning',
      since: trade.staleSince,
      detail: `the order is ${order.status} at the exchange and ${trade.status} here`,
      repair: { kind: 'signal', order },
    };
  }
  return staleDifference(trade, order.status, nowMs);
}
