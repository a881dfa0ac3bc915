/** The facts behind an order's events: from its histories, from its fills, or from the event itself. */
import type { Fact, FillsFact } from '../../domain/order/fact.ts';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { totalsOf } from '../../domain/order/fill-totals.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { isLearntBy, type ReplayedRun } from '../replay/replayed-run.ts';

export type KeyedEvent = StoredEvent & { factKey: string };

export interface KnownFact {
  /** Null where it is not known. */
  fact: Fact | null;
  /** Set where the history of a run must have the fact and has not. */
  isMissing: boolean;
  /** False where the fact is only what the event says of it. */
  isProven: boolean;
  /** The run whose history has it. */
  runId: string | null;
}

export function factBehind(event: KeyedEvent, runs: readonly ReplayedRun[], fills: readonly Fill[]): KnownFact {
  for (const { runId, facts } of runs) {
    const fact = facts.find(({ fact: { key } }) => key === event.factKey)?.fact;
    if (fact !== undefined) return { fact: asApplied(fact, event), isMissing: false, isProven: true, runId };
  }
  // What a run was about to apply when it was terminated is not in its history.
  const isOfRun = ({ runId, status }: ReplayedRun) => status !== 'TERMINATED' && isLearntBy(runId, event.factKey);
  const isOfFills = event.cause === 'fills' || event.cause === 'fills_incomplete';
  const fact = isOfFills ? listedFills(event, fills) : factInEvent(event);
  return { fact, isMissing: runs.some(isOfRun), isProven: isOfFills && fact !== null, runId: null };
}

/** Only when the fact is applied does it show that the exchange's id belongs to another trade. */
function asApplied(fact: Fact, { evidence }: KeyedEvent): Fact {
  const takenBy = evidence?.['taken_by'];
  const orderId = fact.type === 'accepted' ? fact.orderId : 'order' in fact ? fact.order?.orderId : undefined;
  if (typeof takenBy !== 'string' || orderId === undefined) return fact;
  const { key, at } = fact;
  return { type: 'mismatch', key, at, orderId, fields: ['order_id'], takenBy };
}

/** The feed's facts of fills are not in a history: the recorded fills say the same. Null where later ones came before these. */
function listedFills({ factKey: key, at, evidence }: KeyedEvent, fills: readonly Fill[]): FillsFact | null {
  const fillCount = Number(evidence?.['fill_count']);
  const totals = totalsOf(fills.slice(0, fillCount));
  if (fillCount < fills.length && totals.size !== evidence?.['size']) return null;
  const shown = evidence?.['shown_size'];
  const shownSize = typeof shown === 'string' ? shown : null;
  return { type: 'fills', key, at, fillCount, totals, shownSize, overdue: true };
}

/** An activity that was repeated answers what its last attempt learnt; for the POSTs before it, their events say enough. */
function factInEvent({ cause, factKey: key, at, evidence }: KeyedEvent): Fact | null {
  const { attempt, kind, message, order_id: orderId } = evidence ?? {};
  if (cause === 'accepted') return { type: 'accepted', key, at, orderId: String(orderId) };
  if (cause !== 'post_outcome') return null;
  const learnt = { key, at, attempt: Number(attempt), message: String(message) };
  switch (kind) {
    case 'refused':
      return { type: 'refused', ...learnt, code: String(evidence?.['code']) };
    case 'unauthorised':
    case 'not-sent':
      return { type: 'denied', ...learnt, kind };
    default:
      return { type: 'outcome-unknown', ...learnt, kind: String(kind) };
  }
}
