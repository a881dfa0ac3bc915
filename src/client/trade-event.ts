import type { EventCause } from '../domain/order/decision.ts';
import type { FactSource } from '../domain/order/fact.ts';
import type { OrderStateName, TradeStatus } from '../domain/order/trade.ts';

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

/** An event, and its place in the log. */
export interface LoggedEvent extends TradeEvent {
  cursor: string;
  clientOrderId: string;
  botId: string;
}
