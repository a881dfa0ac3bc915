import type { Alerts } from '../../ports/alerts.ts';
import type { Exchange } from '../../ports/exchange.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { ActiveOrders } from './active-orders.ts';

export interface Ports {
  exchange: Exchange;
  trades: TradeStore;
  alerts: Alerts;
  /** Shared with the feed of the same process. */
  activeOrders: ActiveOrders;
}
