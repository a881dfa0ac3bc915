/** What the activities are made from: the outside by its ports, and what activities of one process share. */
import type { Alerts, Watchdog } from '../ports/alerts.ts';
import type { ClockOffsets, Clocks } from '../ports/clocks.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { ClosedRuns, HistoryArchive } from '../ports/history-archive.ts';
import type { OrderPush } from '../ports/order-push.ts';
import type { OrderWorkflows } from '../ports/order-workflows.ts';
import type { ReconciliationStore } from '../ports/reconciliation-store.ts';
import type { TradeStore } from '../ports/trade-store.ts';
import type { ActiveOrders } from './order/active-orders.ts';

export interface OrderPorts {
  exchange: Exchange;
  trades: TradeStore;
  histories: Pick<HistoryArchive, 'noteRun'>;
  alerts: Alerts;
  clocks: Clocks;
  /** Shared by the orders and the feed of one process. */
  activeOrders: ActiveOrders;
}

export interface FeedPorts extends OrderPorts {
  orderWorkflows: OrderWorkflows;
  /** Null: an exchange that pushes nothing; then all is found by sweeps. */
  push: OrderPush | null;
}

export interface ReconciliationPorts extends Omit<OrderPorts, 'activeOrders' | 'clocks' | 'histories'> {
  orderWorkflows: OrderWorkflows;
  reconciliations: ReconciliationStore;
  /** Null where none is set. */
  watchdog: Watchdog | null;
}

export interface ArchivePorts {
  histories: HistoryArchive;
  clockOffsets: Pick<ClockOffsets, 'deleteOlderThan'>;
  closedRuns: ClosedRuns;
  trades: Pick<TradeStore, 'find'>;
  alerts: Pick<Alerts, 'reportArchive'>;
}
