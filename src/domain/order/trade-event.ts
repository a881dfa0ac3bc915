/** What stands in `order_events`. */
import type { FactSource } from './fact.ts';
import type { OrderStateName, TradeStatus } from './trade.ts';

/** Why a trade changed, or why something was recorded although it changed nothing. */
export type EventCause =
  | 'intent'
  | 'adopted'
  | 'post_attempt'
  | 'post_outcome'
  | 'accepted'
  | 'refused'
  | 'intent_mismatch'
  | 'not_placed_in_time'
  | 'placement_halted'
  | 'placement_unknown'
  | 'unauthorized'
  | 'withdrawn'
  | 'observed'
  | 'late_observation'
  | 'unchecked'
  | 'window_closed'
  | 'unconfirmed'
  | 'manual_sync'
  | 'manual_sync_failed'
  | 'cancel_requested'
  | 'cancel_answered'
  | 'resolved'
  | 'resolve_refused'
  | 'corrected'
  | 'reclaimed'
  | 'fills'
  | 'fills_incomplete'
  | 'unreadable_signal';

/** One change of a trade, or an observation that was noted. */
export interface TradeEvent {
  at: string;
  fromStatus: TradeStatus | null;
  toStatus: TradeStatus;
  state: OrderStateName;
  cause: EventCause;
  source: FactSource;
  /** Who asked, as they say themselves. */
  requestedBy: string | null;
  /** Who sent it, as the engine knows it: Temporal's identity of the client, `http:` and the token's name, or the command's. */
  sentBy: string | null;
  reason: string | null;
  /** What was seen. */
  evidence: Record<string, unknown> | null;
}
