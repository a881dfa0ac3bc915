/** The exchange as an engine reaches it: within the request budget that all engines of a deployment share, and by its own clock. */
import { SharedBudget } from '../coinbase/budget/shared-budget.ts';
import { connectCoinbase, type ExchangeAccess } from '../coinbase/connect.ts';
import { connectUserChannel } from '../coinbase/user-channel/user-channel.ts';
import type { Database } from '../database/database.ts';
import { observeRequests } from '../metrics/exchange-metrics.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { Exchange } from '../ports/exchange.ts';
import type { OrderPush } from '../ports/order-push.ts';
import { ClockWatch } from './clock-watch.ts';
import { askDatabase, type Startup } from './servers.ts';

export interface ExchangeParts {
  exchange: Exchange;
  budget: SharedBudget;
  /** Null: an exchange that pushes nothing. */
  push: OrderPush | null;
  /** Not started yet. */
  clocks: ClockWatch;
}

interface Dependencies {
  database: Database;
  alerts: Alerts;
  metrics: MetricsPage;
}

/** Takes a lease of the request budget; asks the exchange nothing yet. */
export async function connectExchange(
  settings: ExchangeAccess,
  { database, alerts, metrics }: Dependencies,
  startup: Startup,
): Promise<ExchangeParts> {
  const { resources, log } = startup;
  const { wsUrl, requestsPerSecond } = settings;
  const budget = new SharedBudget(requestsPerSecond, database.requestLeases);
  resources.defer(() => budget.leave());
  await askDatabase(startup, () => budget.join());
  const access = { ...settings, clockOffsetMs: (): number => clocks.offsetMs('exchange') ?? 0 };
  const exchange = connectCoinbase({ ...access, budget, onEnd: observeRequests(metrics.registry) });
  const clocks: ClockWatch = new ClockWatch({ database, offsets: database.clockOffsets, exchange, alerts, log });
  resources.defer(() => clocks.stop());
  const push = wsUrl === null ? null : connectUserChannel({ ...access, wsUrl });
  return { exchange, budget, push, clocks };
}
