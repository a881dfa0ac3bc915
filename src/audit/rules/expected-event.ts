/** What an event must be by the row before it and the fact behind it, and the row after it. */
import { decide } from '../../domain/order/decide.ts';
import type { OrderIntent } from '../../domain/order/order-request.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { UNPLACED } from '../../domain/order/unplaced.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import type { KnownFact } from './known-facts.ts';
import type { ReplayedRun } from '../replay/replayed-run.ts';

export type ExpectedFields = Pick<
  StoredEvent,
  'cause' | 'source' | 'state' | 'toStatus' | 'requestedBy' | 'sentBy' | 'reason' | 'evidence'
>;

export interface Expected {
  row: Trade;
  fields: ExpectedFields;
}

/** The intent is what the run was asked to place. An adopted order is what the exchange showed, which no history has. */
export function firstOf(event: StoredEvent, trade: Trade, runs: readonly ReplayedRun[]): Expected | null {
  if (event.cause === 'adopted') {
    const { orderId, monitoredSince } = trade;
    return { row: { ...trade, ...UNPLACED, status: 'pending', orderId, monitoredSince }, fields: event };
  }
  if (event.cause !== 'intent') return null;
  const { clientOrderId, botId, productId, side, orderConfiguration, policy } = trade;
  // A run that was refused may have come before the one that committed the intent.
  const requests = runs.filter((run) => run.intent !== null);
  const run = requests.find(({ startedBy }) => startedBy === event.sentBy) ?? requests[0];
  const intent: OrderIntent = run?.intent ?? { clientOrderId, botId, productId, side, orderConfiguration, policy };
  const sentBy = run === undefined ? event.sentBy : run.startedBy;
  const row = { ...trade, ...intent, ...UNPLACED };
  return { row, fields: { ...byNobody(row), sentBy, cause: 'intent', source: 'bot', evidence: { ...intent } } };
}

export function nextOf(event: StoredEvent, row: Trade, known: KnownFact | null): Expected | null {
  if (event.factKey === null && event.cause === 'post_attempt') {
    const next = { ...row, postAttempts: row.postAttempts + 1 };
    const evidence = { attempt: next.postAttempts };
    return { row: next, fields: { ...byNobody(next), cause: 'post_attempt', source: 'post', evidence } };
  }
  const decision = known?.fact ? decide(row, known.fact) : null;
  if (decision === null) return null;
  const { trade, cause, source, requester, evidence } = decision;
  const sentBy = requester.sentBy ?? null;
  return { row: trade, fields: { ...byNobody(trade), ...requester, sentBy, cause, source, evidence } };
}

function byNobody(row: Trade): Pick<ExpectedFields, 'state' | 'toStatus' | 'requestedBy' | 'sentBy' | 'reason'> {
  return { state: stateOf(row), toStatus: row.status, requestedBy: null, sentBy: null, reason: null };
}
