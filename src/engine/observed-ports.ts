/** The ports as the activities get them: each with its metrics around it. */
import { gaugeClocks, gaugeCounts } from '../metrics/deployment-gauges.ts';
import { observeBudget, type BudgetView } from '../metrics/exchange-metrics.ts';
import { observePush, observeSweeps } from '../metrics/feed-metrics.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import { observeTrades } from '../metrics/order-metrics.ts';
import { observeReconciliations } from '../metrics/reconciliation-metrics.ts';
import type { Database } from '../database/database.ts';
import type { Clocks } from '../ports/clocks.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { OrderPush } from '../ports/order-push.ts';

export interface Parts {
  database: Pick<Database, 'trades' | 'reconciliations' | 'counts'>;
  exchange: Exchange;
  budget: BudgetView;
  push: OrderPush | null;
  clocks: Clocks;
}

export function observedPorts({ database, exchange, budget, push, clocks }: Parts, page: MetricsPage) {
  const { registry } = page;
  observeBudget(budget, registry);
  gaugeClocks(clocks, registry);
  gaugeCounts(() => database.counts(), page);
  return {
    trades: observeTrades(database.trades, clocks, registry),
    reconciliations: observeReconciliations(database.reconciliations, registry),
    push: push === null ? null : observePush(push, registry),
    /** For the feed alone. */
    sweptExchange: observeSweeps(exchange, registry),
  };
}
