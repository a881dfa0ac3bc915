import type { Alerts } from '../../ports/alerts.ts';
import type { Exchange } from '../../ports/exchange.ts';
import type { OrderPush } from '../../ports/order-push.ts';
import type { OrderWorkflows } from '../../ports/order-workflows.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { ActiveOrders } from '../order/active-orders.ts';

export interface FeedPorts {
  exchange: Exchange;
  trades: TradeStore;
  alerts: Alerts;
  orderWorkflows: OrderWorkflows;
  /** Shared with the orders' activities of the same process. */
  activeOrders: ActiveOrders;
  /** Null: an exchange that pushes nothing; then all is found by sweeps. */
  push: OrderPush | null;
}
