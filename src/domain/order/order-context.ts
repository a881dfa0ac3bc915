/** What the machine of an order remembers, hears and asks for. All of it is plain JSON, because it passes through histories. */
import type { Edition } from './edition.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import type { ChangeCause, ChangeSource } from './trade-change.ts';
import type { Layer, Trade } from './trade.ts';

/** Who asked by hand, and why; both may be unknown. */
export interface Requester {
  requestedBy: string | null;
  reason: string | null;
}

/** Something an operator must hear of. The log's code, and one sentence. */
export interface Alert {
  kind: 'stale' | 'unknown-status' | 'contradiction' | 'corrected' | 'fills-incomplete' | 'intent-mismatch';
  message: string;
}

/** Something that must be written: the trade as it shall be, and why. */
export interface PendingChange extends Requester {
  /** Counts from 1 in each run. */
  number: number;
  /** The key to commit it under; missing: one made of the run and the number. */
  key?: string;
  trade: Trade;
  cause: ChangeCause;
  source: ChangeSource;
  evidence: Record<string, unknown> | null;
  corrects: boolean;
  alert: Alert | null;
}

/** What the machine emits for each change, in order. */
export interface ChangedEvent {
  type: 'CHANGED';
  change: PendingChange;
}

/** What the machine emits of the trade that an actor has committed itself. */
export interface RecordedEvent {
  type: 'RECORDED';
  fields: Partial<Trade>;
}

export interface OrderContext {
  edition: Edition;
  trade: Trade;
  changeCount: number;
  resumed: boolean;
  exchangeStatus: string | null;
  lastCheckedAt: string | null;
  /** True once an order that the exchange showed was compared with the intent and found to be ours. */
  verified: boolean;
  /** Looks of the immediate check that came with the placement's answer. */
  looks: number;
  /** Set when a cancellation is wanted; it is sent as soon as the exchange's id is known. */
  cancelWanted: Requester | null;
  cancelSubmitted: boolean;
  /** The number of changes when the fills were asked for. */
  changesBeforeFills: number;
}

export interface OrderInput {
  trade: Trade;
  /** True when the row was there before this run: a second life, or an adopted order. */
  resumed: boolean;
  edition: Edition;
}

/** The order as somebody saw it at the exchange. `layer` only when it is not the one of the present state. */
export interface ObservedEvent {
  type: 'OBSERVED';
  order: ExchangeOrder;
  seenAt: string;
  source: ChangeSource;
  layer?: Layer;
  requester?: Requester;
  /** Under which an end that it shows is committed. */
  changeKey?: string;
  /** The row, where an end that it shows is committed already. */
  recorded?: Trade;
  /** What else stands in the event's evidence. */
  evidence?: Record<string, unknown> | null;
}

export type OrderEvent =
  | ObservedEvent
  | { type: 'CANCEL'; requester: Requester; evidence: Record<string, unknown> | null }
  | { type: 'RESOLVE'; status: 'cancelled' | 'failed'; requester: Requester }
  /** The committed row turned out to have ended by another hand (another run of the same order). */
  | { type: 'SETTLED'; trade: Trade }
  /** Something to be written that changes nothing. */
  | { type: 'NOTED'; cause: ChangeCause; requester: Requester; evidence: Record<string, unknown> | null };

export interface PlaceInput {
  clientOrderId: string;
}

export type PlacementOutcome =
  | Acceptance
  /** Refused for sure: the first attempt, and the exchange's own code. */
  | { kind: 'refused'; code: string; message: string; at: string }
  /** What the exchange returned for our client order id is another order. */
  | { kind: 'mismatch'; fields: string[]; orderId: string; at: string }
  /** The window closed before the first attempt. */
  | { kind: 'never-attempted'; at: string }
  /** The window closed, and no attempt's outcome is known. */
  | { kind: 'unknown'; at: string }
  /** The row has ended or has an exchange id already. */
  | { kind: 'settled'; trade: Trade };

export interface Acceptance {
  kind: 'accepted';
  orderId: string;
  at: string;
  /** The row has the exchange's id already. Missing in runs that began when that was left to the machine. */
  recorded?: true;
  /** The first of the immediate check's looks; missing where there was none. */
  look?: CheckOutcome;
  /** The end that the look shows; missing where it shows none, or where that is left to the machine. */
  end?: Recorded;
}

/** What an actor has committed itself. */
export interface Recorded {
  /** Of the change. */
  key: string;
  /** As committed. */
  row: Trade;
}

export interface CheckInput {
  orderId: string;
  attempts: number;
  intervalMs: number;
  /** How many of the attempts are used up; missing: none. */
  looks?: number;
}

export interface CheckOutcome {
  /** The last that was seen, null when every look failed. */
  order: ExchangeOrder | null;
  looks: number;
  /** Why the last look failed, null when it did not. */
  lastError: string | null;
  at: string;
}

export interface WatchInput {
  clientOrderId: string;
  /** Null: the order is searched for in the listing. */
  orderId: string | null;
  /** Only what differs from this is reported. */
  known: { status: string | null; filledSize: string };
  intervalMs: number;
  /** Whether the interval stays as it is, or doubles up to a minute. */
  pace: 'steady' | 'growing';
  /** Report also when the order is seen open, as known as that may be: that is what brings a resting one back from `stale`. */
  reportOpen: boolean;
  /** Report when no answer has confirmed the order open for so long; null: never. */
  unconfirmedAfterMs: number | null;
}

/** Since when no answer has shown the order, and why the last one did not. */
export interface Unconfirmed {
  since: string;
  lastError: string | null;
}

export type WatchOutcome =
  | { kind: 'observed'; order: ExchangeOrder; seenAt: string; source: ChangeSource }
  | ({ kind: 'unconfirmed' } & Unconfirmed);

export interface CancelInput {
  orderId: string;
}

export interface CancelOutcome {
  submitted: boolean;
  failureReason: string | null;
  /** The order re-read after the answer; null when it could not be. */
  order: ExchangeOrder | null;
  at: string;
}

export interface FillsInput {
  orderId: string;
  filledSize: string;
}

export interface FillsOutcome {
  complete: boolean;
  /** What the fills add up to where they are complete: another than was asked for when the exchange adjusted them. */
  filledSize: string;
  fillCount: number;
  /** From the fills, where they are complete. */
  totals: { averagePrice: string; value: string; fees: string } | null;
  newestTradeTime: string | null;
  lastError: string | null;
  /** Missing where it is left to the machine. */
  recorded?: Recorded;
}
