import type { TradeEvent } from '../domain/order/trade-event.ts';

export type { TradeEvent };

/** An event, and its place in the log. */
export interface LoggedEvent extends TradeEvent {
  cursor: string;
  clientOrderId: string;
  botId: string;
}
