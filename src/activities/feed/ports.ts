import type { Exchange } from '../../ports/exchange.ts';
import type { OrderPush } from '../../ports/order-push.ts';
import type { OrderWorkflows } from '../../ports/order-workflows.ts';
import type { TradeStore } from '../../ports/trade-store.ts';

export interface FeedPorts {
  exchange: Exchange;
  trades: TradeStore;
  orderWorkflows: OrderWorkflows;
  /** Null: an exchange that pushes nothing; then all is found by sweeps. */
  push: OrderPush | null;
}
