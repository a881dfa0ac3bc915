/** The ports as the activities get them: the adapters of one engine, each with its metrics around it. */
import { ActiveOrders } from '../activities/order/active-orders.ts';
import type { ArchivePorts, FeedPorts, OrderPorts, ReconciliationPorts } from '../activities/ports.ts';
import type { Database } from '../database/database.ts';
import { gaugeClocks, gaugeCounts } from '../metrics/deployment-gauges.ts';
import { observeBudget } from '../metrics/exchange-metrics.ts';
import { observePush, observeSweeps } from '../metrics/feed-metrics.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import { observeTrades } from '../metrics/order-metrics.ts';
import { observeReconciliations } from '../metrics/reconciliation-metrics.ts';
import type { Alerts, Watchdog } from '../ports/alerts.ts';
import { closedRuns } from '../temporal/closed-runs.ts';
import type { TemporalAccess } from '../temporal/connection.ts';
import { orderWorkflows } from '../temporal/order-workflows.ts';
import type { ExchangeParts } from './exchange.ts';

export interface Adapters extends ExchangeParts {
  database: Database;
  temporal: TemporalAccess;
  alerts: Alerts;
  watchdog: Watchdog | null;
}

/** By the worker whose activities take them. */
export interface EnginePorts {
  orders: OrderPorts;
  feed: FeedPorts;
  reconciliation: ReconciliationPorts;
  archive: ArchivePorts;
}

export function createPorts(adapters: Adapters, page: MetricsPage): EnginePorts {
  const { database, exchange, budget, push, clocks, temporal, alerts, watchdog } = adapters;
  const { registry } = page;
  observeBudget(budget, registry);
  gaugeClocks(clocks, registry);
  gaugeCounts(() => database.counts(), page);
  const orders = {
    exchange,
    trades: observeTrades(database.trades, clocks, registry),
    histories: database.histories,
    alerts,
    clocks,
    activeOrders: new ActiveOrders(),
  };
  const workflows = orderWorkflows(temporal);
  return {
    orders,
    feed: {
      ...orders,
      exchange: observeSweeps(exchange, registry),
      push: push === null ? null : observePush(push, registry),
      orderWorkflows: workflows,
    },
    reconciliation: {
      ...orders,
      reconciliations: observeReconciliations(database.reconciliations, registry),
      orderWorkflows: workflows,
      watchdog,
    },
    archive: {
      histories: database.histories,
      clockOffsets: database.clockOffsets,
      closedRuns: closedRuns(temporal),
      trades: orders.trades,
      alerts,
    },
  };
}
