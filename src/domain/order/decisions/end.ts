/** How a trade ends. */
import type { ExchangeEnd } from '../exchange-order.ts';
import type { ObservedFact } from '../fact.ts';
import { stateOf, type Layer, type OrderStateName, type Trade } from '../trade.ts';
import { isZero, withExecution } from './execution.ts';

export const RESOLVED_BY_OPERATOR = 'RESOLVED_BY_OPERATOR';
export const NOT_PLACED_IN_TIME = 'NOT_PLACED_IN_TIME';
export const PLACEMENT_HALTED = 'PLACEMENT_HALTED';
export const UNAUTHORIZED = 'UNAUTHORIZED';
export const CLIENT_ORDER_ID_MISMATCH = 'CLIENT_ORDER_ID_MISMATCH';
export const CANCELLED_BEFORE_PLACEMENT = 'CANCELLED_BEFORE_PLACEMENT';

/** The trade ended as the exchange says. Its fills are complete at once only if it can have none. */
export function endedAs(trade: Trade, { order, at, layer }: EndSeen, as: ExchangeEnd): Trade {
  const state = stateOf(trade);
  const next = withExecution(trade, order, at);
  const filled = as === 'completed';
  return {
    ...next,
    ...atEnd(at),
    status: as,
    detectedBy: layer ?? layerOf(state),
    immediateFill: filled && (state === 'placed' || state === 'immediate-check'),
    fillDetectedAt: filled ? at : null,
    filledAt: filled ? (order.lastFillTime ?? at) : null,
    fillsComplete: next.fillsComplete || (!filled && isZero(next.filledSize)),
    reason: filled ? null : order.reason,
  };
}

export type EndSeen = Pick<ObservedFact, 'order' | 'at' | 'layer'>;

/** The trade ended without the exchange showing an order of ours that ended: refused, never placed, or resolved. */
export function closedWithout(
  trade: Trade,
  end: { status: 'cancelled' | 'failed' | 'rejected'; reason: string; layer: Layer; at: string },
): Trade {
  return {
    ...trade,
    ...atEnd(end.at),
    status: end.status,
    reason: end.reason,
    detectedBy: end.layer,
    fillsComplete: trade.fillsComplete || isZero(trade.filledSize),
  };
}

function atEnd(at: string): Pick<Trade, 'endedAt' | 'staleSince' | 'cancelRequestedAt'> {
  return { endedAt: at, staleSince: null, cancelRequestedAt: null };
}

/** The layer of an observation that names none. */
export function layerOf(state: OrderStateName): Layer {
  return state === 'placed' || state === 'immediate-check' ? 'immediate-check' : 'monitoring';
}
