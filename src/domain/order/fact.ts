/**
 * What can be learnt of an order or asked for it. Facts pass through histories, so all of this is plain JSON. Whoever
 * learns a fact applies it to the row there and then; `decide` alone says what becomes of the row.
 */
import type { ExchangeOrder } from './exchange-order.ts';
import type { FillTotals } from './fill-totals.ts';
import type { Caller } from './requester.ts';
import type { Layer } from './trade.ts';

interface FactBase {
  /** Unique for the order: a fact is applied once, however often it is delivered. */
  key: string;
  /** When it was learnt, by the clock of whoever learnt it. */
  at: string;
}

type Evidence = Record<string, unknown> | null;

/** The exchange accepted the POST: it has the order, and no more is known. */
export interface AcceptedFact extends FactBase {
  type: 'accepted';
  orderId: string;
}

/** The exchange refused the POST with a code of its own. */
export interface RefusedFact extends FactBase {
  type: 'refused';
  attempt: number;
  code: string;
  message: string;
}

/** This attempt is proven to have created nothing; another one may be made. */
export interface DeniedFact extends FactBase {
  type: 'denied';
  attempt: number;
  kind: 'unauthorised' | 'not-sent';
  message: string;
}

export interface OutcomeUnknownFact extends FactBase {
  type: 'outcome-unknown';
  attempt: number;
  kind: string;
  message: string;
}

/** What the exchange has under our client order id is not the order that was meant. */
export interface MismatchFact extends FactBase {
  type: 'mismatch';
  orderId: string;
  fields: string[];
  /** The trade that has the order already. */
  takenBy?: string;
}

/** No POST may be sent any more: the placement window closed on the database's clock, or placing was halted. */
export interface PlacementClosedFact extends FactBase {
  type: 'placement-closed';
  /** Whether an attempt was answered 401. */
  unauthorised: boolean;
  /** Who halted placing, and why. Left out where the window closed. */
  haltedBy?: Caller;
}

/** The order as the exchange shows it. */
export interface ObservedFact extends FactBase {
  type: 'observed';
  order: ExchangeOrder;
  source: Extract<FactSource, 'look' | 'listing' | 'push' | 'sweep'>;
  /** Left out: the layer of the order's present state. */
  layer?: Layer;
  /** Set for a manual sync, which is recorded even where it brings nothing new. */
  requester?: Caller;
  evidence?: Evidence;
}

/** The immediate check is over: what its last look showed, null where every look failed. */
export interface CheckedFact extends FactBase {
  type: 'checked';
  order: ExchangeOrder | null;
  looks: number;
  lastError: string | null;
}

/** The monitoring window closed on an order that should have ended by itself. */
export interface WindowClosedFact extends FactBase {
  type: 'window-closed';
}

/** No answer has confirmed a resting order since then. */
export interface UnconfirmedFact extends FactBase {
  type: 'unconfirmed';
  since: string;
  lastError: string | null;
}

export interface CancelRequestedFact extends FactBase {
  type: 'cancel-requested';
  requester: Caller;
  evidence: Evidence;
}

export interface CancelAnsweredFact extends FactBase {
  type: 'cancel-answered';
  submitted: boolean;
  failureReason: string | null;
}

/** The operator's last word, granted after the exchange was asked. */
export interface ResolvedFact extends FactBase {
  type: 'resolved';
  status: 'cancelled' | 'failed';
  requester: Caller;
}

/** Something that is recorded and changes nothing. */
export interface NotedFact extends FactBase {
  type: 'noted';
  cause: 'manual_sync_failed' | 'resolve_refused' | 'unreadable_signal';
  requester: Caller;
  evidence: Evidence;
}

/** An operator takes back that an order was called a mismatch, after the exchange has shown it. */
export interface ReclaimedFact extends FactBase {
  type: 'reclaimed';
  order: ExchangeOrder;
  requester: Caller;
}

/** The order's fills as the account's list has them. */
export interface FillsFact extends FactBase {
  type: 'fills';
  fillCount: number;
  totals: FillTotals;
  /** The filled size that the exchange showed of the order when the fills did not add up; null where it was not asked. */
  shownSize: string | null;
  /** They have not added up for so long that a person should be alerted. */
  overdue: boolean;
}

export type Fact =
  | AcceptedFact
  | RefusedFact
  | DeniedFact
  | OutcomeUnknownFact
  | MismatchFact
  | PlacementClosedFact
  | ObservedFact
  | CheckedFact
  | WindowClosedFact
  | UnconfirmedFact
  | CancelRequestedFact
  | CancelAnsweredFact
  | ResolvedFact
  | NotedFact
  | ReclaimedFact
  | FillsFact;

/** Where a fact comes from. */
export type FactSource =
  'bot' | 'operator' | 'post' | 'look' | 'listing' | 'push' | 'sweep' | 'fills' | 'timer' | 'row';
