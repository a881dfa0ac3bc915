import type { EventCause } from './decision.ts';
import type { FactSource } from './fact.ts';
import type { OrderStateName, TradeStatus } from './trade.ts';

/** One change of a trade, or an observation that was noted. */
export interface TradeEvent {
  at: string;
  fromStatus: TradeStatus | null;
  toStatus: TradeStatus;
  state: OrderStateName;
  cause: EventCause;
  source: FactSource;
  requestedBy: string | null;
  reason: string | null;
  /** What was seen. */
  evidence: Record<string, unknown> | null;
}
