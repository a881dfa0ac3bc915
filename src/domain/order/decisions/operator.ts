/** What an operator decides or asks, after the exchange was asked. */
import { decision, type Decision } from '../decision.ts';
import type { NotedFact, ReclaimedFact, ResolvedFact } from '../fact.ts';
import { isEnded, stateOf, type Trade } from '../trade.ts';
import { CLIENT_ORDER_ID_MISMATCH, closedWithout, RESOLVED_BY_OPERATOR } from './end.ts';
import { corrected } from './late-observation.ts';

export function resolved(trade: Trade, { status, requester, at }: ResolvedFact): Decision | null {
  // An order that may still be placed has nothing to resolve yet.
  if (isEnded(trade.status) || stateOf(trade) === 'placed') return null;
  const end = { status, reason: RESOLVED_BY_OPERATOR, layer: 'manual-sync', at } as const;
  return decision({ trade: closedWithout(trade, end), cause: 'resolved', source: 'operator' }, { requester });
}

export function noted(trade: Trade, { cause, requester, evidence }: NotedFact): Decision {
  return decision({ trade, cause, source: 'operator' }, { requester, evidence });
}

/** Only a trade that was ended as a mismatch can be given its order back, and only by somebody who says why. */
export function reclaimed(trade: Trade, { order, requester, at, key }: ReclaimedFact): Decision | null {
  if (trade.reason !== CLIENT_ORDER_ID_MISMATCH) return null;
  if (trade.orderId !== null && trade.orderId !== order.orderId) return null;
  const shown = { type: 'observed', order, source: 'look', layer: 'manual-sync', requester, at, key } as const;
  return { ...corrected({ ...trade, orderId: order.orderId }, shown), cause: 'reclaimed' };
}
