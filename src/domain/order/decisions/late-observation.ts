/** An order that is seen after its trade has ended. It stays ended, unless an operator had declared the end. */
import { decision, type Decision } from '../decision.ts';
import { evidenceOf, meaningOf } from '../exchange-order.ts';
import type { ObservedFact } from '../fact.ts';
import { sameJson } from '../order-request.ts';
import type { Trade } from '../trade.ts';
import { endedAs, RESOLVED_BY_OPERATOR } from './end.ts';
import { isOutdated, later, withExecution, withLateExecution } from './execution.ts';

export function observedAfterEnd(trade: Trade, fact: ObservedFact): Decision | null {
  const { order, at, requester, source } = fact;
  const isContradiction = contradicts(trade, fact);
  if (trade.reason === RESOLVED_BY_OPERATOR && isContradiction) return corrected(trade, fact);
  const next = withLateExecution(trade, order, at);
  const isNews = isContradiction
    ? trade.exchangeStatus !== order.status
    : !sameJson({ ...next, ...observationOf(trade) }, trade);
  if (!isNews && requester === undefined) return null;
  return decision(
    {
      trade: isContradiction
        ? { ...next, exchangeStatus: order.status, lastCheckedAt: later(trade.lastCheckedAt, at) }
        : next,
      cause: requester === undefined ? 'late_observation' : 'manual_sync',
      source,
    },
    {
      requester,
      evidence: { ...evidenceOf(order), ...fact.evidence },
      alert: isContradiction
        ? {
            kind: 'contradiction',
            message: `${trade.clientOrderId} ended as ${trade.status}, but the exchange now shows ${order.status}; it stays ended`,
          }
        : null,
    },
  );
}

/** The exchange shows that an operator's word was wrong: the one way in which an ended trade changes its status. */
export function corrected(trade: Trade, fact: ObservedFact): Decision {
  const { order, at, source, requester } = fact;
  const meaning = meaningOf(order.status);
  const layer = fact.layer ?? 'monitoring';
  // As if it had been monitored all the time: what was found so late was not filled immediately.
  const reopened: Trade = {
    ...trade,
    status: 'pending',
    endedAt: null,
    reason: null,
    detectedBy: null,
    fillsComplete: false,
  };
  const truth =
    meaning.kind === 'ended'
      ? endedAs(reopened, { order, at, layer }, meaning.as)
      : { ...withExecution(reopened, order, at), monitoredSince: at };
  return decision(
    { trade: truth, cause: 'corrected', source },
    {
      requester,
      evidence: { ...evidenceOf(order), ...fact.evidence },
      alert: {
        kind: 'corrected',
        message: `${trade.clientOrderId} was recorded as ${trade.status}, but the exchange shows ${order.status}`,
      },
    },
  );
}

/** True when an ended trade and what the exchange shows cannot both be true. Before its end it may have been open. */
function contradicts(trade: Trade, { order, at }: ObservedFact): boolean {
  const meaning = meaningOf(order.status);
  if (meaning.kind === 'open') {
    return !isOutdated(trade, order, at) && (trade.endedAt === null || Date.parse(at) >= Date.parse(trade.endedAt));
  }
  return meaning.kind === 'ended' && meaning.as !== trade.status;
}

function observationOf(trade: Trade): Pick<Trade, 'exchangeStatus' | 'pendingCancel' | 'lastCheckedAt'> {
  const { exchangeStatus, pendingCancel, lastCheckedAt } = trade;
  return { exchangeStatus, pendingCancel, lastCheckedAt };
}
