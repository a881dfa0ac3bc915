/** A cancel that is wanted, and what the exchange said to it. */
import { decision, type Decision } from '../decision.ts';
import type { CancelAnsweredFact, CancelRequestedFact } from '../fact.ts';
import { isEnded, stateOf, type Trade } from '../trade.ts';
import { CANCELLED_BEFORE_PLACEMENT, closedWithout } from './end.ts';

/** A submitted cancel may still take effect for so long; after that an order that shows no pending cancel gets another. */
const CANCEL_TAKES_EFFECT_MS = 30_000;

/** An order that was never attempted is withdrawn; any other is cancelled as soon as its exchange id is known. */
export function cancelRequested(trade: Trade, { requester, evidence, at }: CancelRequestedFact): Decision {
  if (stateOf(trade) === 'placed' && trade.postAttempts === trade.postDenials) {
    const end = { status: 'cancelled', reason: CANCELLED_BEFORE_PLACEMENT, layer: 'immediate-check', at } as const;
    return decision(
      { trade: closedWithout(trade, end), cause: 'withdrawn', source: 'operator' },
      { requester, evidence },
    );
  }
  const isWanted = !isEnded(trade.status) && !mayStillTakeEffect(trade, at);
  return decision(
    {
      trade: isWanted ? { ...trade, cancelRequestedAt: trade.cancelRequestedAt ?? at } : trade,
      cause: 'cancel_requested',
      source: 'operator',
    },
    { requester, evidence },
  );
}

export function cancelAnswered(trade: Trade, { submitted, failureReason, at }: CancelAnsweredFact): Decision {
  return decision(
    {
      trade: {
        ...trade,
        cancelRequestedAt: null,
        cancelSubmittedAt: submitted ? at : trade.cancelSubmittedAt,
      },
      cause: 'cancel_answered',
      source: 'post',
    },
    { evidence: { submitted, failure_reason: failureReason } },
  );
}

function mayStillTakeEffect({ cancelSubmittedAt, pendingCancel }: Trade, at: string): boolean {
  if (cancelSubmittedAt === null) return false;
  return pendingCancel || Date.parse(at) - Date.parse(cancelSubmittedAt) < CANCEL_TAKES_EFFECT_MS;
}
