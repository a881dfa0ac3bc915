/** What becomes of a trade when the exchange shows its order: by a look, a push, a sweep, a listing or a sync. */
import { decision, type Alert, type Decision } from '../decision.ts';
import { evidenceOf, hasEnded, meaningOf } from '../exchange-order.ts';
import type { CheckedFact, ObservedFact } from '../fact.ts';
import { isImmediate } from '../order-configuration.ts';
import { sameJson } from '../order-request.ts';
import { isEnded, stateOf, type Trade } from '../trade.ts';
import { endedAs } from './end.ts';
import { isOutdated, withExecution } from './execution.ts';
import { observedAfterEnd } from './late-observation.ts';
import { differencesFromIntent, disowned, foreignOrder, isForeign } from './mismatch.ts';

export function observed(trade: Trade, fact: ObservedFact): Decision | null {
  if (isForeign(trade, fact)) return foreignOrder(trade, fact);
  if (isEnded(trade.status)) return observedAfterEnd(trade, fact);
  const fields = differencesFromIntent(trade, fact.order);
  if (fields.length > 0) return disowned(trade, fact, fields);
  const meaning = meaningOf(fact.order.status);
  if (meaning.kind === 'ended') return byObservation(fact, endedAs(trade, fact, meaning.as));
  return observedOpen(trade, fact);
}

/** The looks are over. Whatever they saw, an order that is known to be accepted is monitored from now on. */
export function checked(trade: Trade, { order, looks, lastError, at, key }: CheckedFact): Decision | null {
  const isChecking = stateOf(trade) === 'immediate-check';
  const looked = { type: 'observed', order, source: 'look', at, key } as const;
  if (order !== null) {
    if (isChecking && isForeign(trade, { order })) {
      return foreignOrder({ ...trade, status: 'pending', monitoredSince: at }, { ...looked, order });
    }
    const isOurs = differencesFromIntent(trade, order).length === 0;
    if (!isChecking || !isOurs || hasEnded(order)) return observed(trade, { ...looked, order });
  }
  if (!isChecking) return null;
  const seen = order === null ? trade : withExecution(trade, order, at);
  const evidence = {
    status: seen.exchangeStatus,
    ...(order !== null && evidenceOf(order)),
    looks,
    last_error: lastError,
  };
  return decision(
    {
      trade: { ...seen, status: 'pending', monitoredSince: at },
      cause: seen.exchangeStatus === null ? 'unchecked' : 'observed',
      source: 'look',
    },
    { evidence, alert: order === null ? null : unknownStatusAlert(trade, order.status) },
  );
}

function observedOpen(trade: Trade, fact: ObservedFact): Decision | null {
  const { order, at, requester } = fact;
  const seen = withExecution(trade, order, at);
  const isResting = meaningOf(order.status).kind === 'open' && !isImmediate(trade.orderConfiguration);
  const isConfirmed = trade.status === 'stale' && isResting && !isOutdated(trade, order, at);
  const next: Trade = isConfirmed ? { ...seen, status: 'pending', staleSince: null, monitoredSince: at } : seen;
  const isNews = !sameJson({ ...next, lastCheckedAt: trade.lastCheckedAt }, trade);
  if (!isNews && requester === undefined) return null;
  return { ...byObservation(fact, next), alert: unknownStatusAlert(trade, order.status) };
}

/** The decision that an observation makes; a manual sync is called so whatever it shows. */
function byObservation(fact: ObservedFact, trade: Trade): Decision {
  const { order, source, requester, evidence } = fact;
  return decision(
    { trade, cause: requester === undefined ? 'observed' : 'manual_sync', source },
    { requester, evidence: { ...evidenceOf(order), ...evidence } },
  );
}

function unknownStatusAlert(trade: Trade, status: string): Alert | null {
  if (meaningOf(status).kind !== 'unknown' || trade.exchangeStatus === status) return null;
  return {
    kind: 'unknown-status',
    message: `${trade.clientOrderId} has the status ${status} at the exchange, which is not known here; it is not taken for an end`,
  };
}
