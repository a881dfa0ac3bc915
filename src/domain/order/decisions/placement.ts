/** What becomes of a trade by what the exchange says to its POST, or by its silence. */
import { decision, type Decision } from '../decision.ts';
import type {
  AcceptedFact,
  DeniedFact,
  MismatchFact,
  OutcomeUnknownFact,
  PlacementClosedFact,
  RefusedFact,
} from '../fact.ts';
import type { Caller } from '../requester.ts';
import { isEnded, type Trade } from '../trade.ts';
import { CLIENT_ORDER_ID_MISMATCH, closedWithout, NOT_PLACED_IN_TIME, PLACEMENT_HALTED, UNAUTHORIZED } from './end.ts';
import { mismatchAlert } from './mismatch.ts';
import { placementUnknown } from './staleness.ts';

/** Sets the exchange's id and nothing else: how the order stands, other facts say, and they may be known already. */
export function accepted(trade: Trade, { orderId }: AcceptedFact): Decision | null {
  if (trade.orderId === orderId) return null;
  const evidence = { order_id: orderId };
  if (trade.orderId !== null || trade.reason === CLIENT_ORDER_ID_MISMATCH) {
    const alert = mismatchAlert(trade, ['order_id']);
    return decision({ trade, cause: 'intent_mismatch', source: 'post' }, { evidence, alert });
  }
  return decision({ trade: { ...trade, orderId }, cause: 'accepted', source: 'post' }, { evidence });
}

/** Definite only if every attempt before it is proven to have created nothing: one of them may have taken the funds. */
export function refused(trade: Trade, { attempt, code, message, at }: RefusedFact): Decision {
  if (!isUnplaced(trade) || trade.postDenials < trade.postAttempts - 1) {
    return postOutcome(trade, { attempt, kind: 'refused', code, message });
  }
  const end = closedWithout(trade, { status: 'rejected', reason: code, layer: 'immediate-check', at });
  return decision({ trade: end, cause: 'refused', source: 'post' }, { evidence: { code, message } });
}

export function denied(trade: Trade, { attempt, kind, message }: DeniedFact): Decision {
  return postOutcome({ ...trade, postDenials: trade.postDenials + 1 }, { attempt, kind, message });
}

export function outcomeUnknown(trade: Trade, { attempt, kind, message }: OutcomeUnknownFact): Decision {
  return postOutcome(trade, { attempt, kind, message });
}

/** What the exchange returned for our client order id is another order: never adopted. */
export function mismatched(trade: Trade, { orderId, fields, takenBy, at }: MismatchFact): Decision {
  const evidence = { fields, order_id: orderId, ...(takenBy !== undefined && { taken_by: takenBy }) };
  const alert = mismatchAlert(trade, fields);
  const end = isUnplaced(trade)
    ? closedWithout(trade, { status: 'failed', reason: CLIENT_ORDER_ID_MISMATCH, layer: 'immediate-check', at })
    : trade;
  return decision({ trade: end, cause: 'intent_mismatch', source: 'post' }, { evidence, alert });
}

/** No POST may be sent any more: nothing was created for sure, or nobody knows. */
export function placementClosed(trade: Trade, { unauthorised, haltedBy, at }: PlacementClosedFact): Decision | null {
  if (!isUnplaced(trade) || trade.status !== 'placing') return null;
  if (trade.postDenials < trade.postAttempts) return placementUnknown(trade, at, haltedBy);
  if (haltedBy !== undefined && trade.postAttempts === 0) return placementHalted(trade, haltedBy, at);
  const end = unauthorised
    ? ({ status: 'rejected', reason: UNAUTHORIZED } as const)
    : ({ status: 'failed', reason: NOT_PLACED_IN_TIME } as const);
  return decision({
    trade: closedWithout(trade, { ...end, layer: 'immediate-check', at }),
    cause: unauthorised ? 'unauthorized' : 'not_placed_in_time',
    source: 'timer',
  });
}

function placementHalted(trade: Trade, requester: Caller, at: string): Decision {
  const end = { status: 'failed', reason: PLACEMENT_HALTED, layer: 'immediate-check', at } as const;
  return decision({ trade: closedWithout(trade, end), cause: 'placement_halted', source: 'operator' }, { requester });
}

/** Open, and no order of the exchange stands for it yet. */
function isUnplaced({ status, orderId }: Trade): boolean {
  return !isEnded(status) && orderId === null;
}

function postOutcome(trade: Trade, evidence: Record<string, unknown>): Decision {
  return decision({ trade, cause: 'post_outcome', source: 'post' }, { evidence });
}
