/** What one event makes of a trade: the whole trade as it shall be, and why. Committed with its `order_events` row. */
import type { OrderStateName, Trade } from './trade.ts';

/** Why a trade changed, or why an observation was noted although it changed nothing. */
export type ChangeCause =
  | 'intent'
  | 'resumed'
  | 'adopted'
  | 'post_attempt'
  | 'post_outcome'
  | 'accepted'
  | 'refused'
  | 'intent_mismatch'
  | 'not_placed_in_time'
  | 'placement_unknown'
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
  | 'fills'
  | 'fills_incomplete';

/** What told it. */
export type ChangeSource =
  'bot' | 'operator' | 'post' | 'look' | 'listing' | 'push' | 'sweep' | 'fills' | 'timer' | 'row';

export interface TradeChange {
  /** Unique per order; committing the same key again changes nothing (a local activity may run twice). */
  key: string;
  /** The trade as it shall be. `postAttempts`, `postAttemptedAt`, `createdAt` and `updatedAt` are the database's own and ignored. */
  trade: Trade;
  state: OrderStateName;
  cause: ChangeCause;
  source: ChangeSource;
  requestedBy: string | null;
  reason: string | null;
  /** Plain JSON: what was seen. */
  evidence: Record<string, unknown> | null;
  /** True only for what `resolveOrder` decided and the exchange contradicts: the one way in which an ended trade changes its status. */
  corrects: boolean;
}
