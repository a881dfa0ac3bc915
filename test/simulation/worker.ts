/** A worker process with the real activities, over ports that reach the simulated exchange, database and Temporal. */
import { ActiveOrders } from '../../src/activities/order/active-orders.ts';
import { createActivities } from '../../src/activities/order/index.ts';
import { feedActivities } from '../../src/activities/feed/index.ts';
import { reconciliationActivities } from '../../src/activities/reconciliation/index.ts';
import { reconciliationClient } from './database/reconciliation-client.ts';
import type { ReconciliationRecords } from './database/reconciliation-records.ts';
import type { SimulatedStore } from './database/simulated-store.ts';
import { storeClient } from './database/store-client.ts';
import { exchangeClient } from './exchange/exchange-client.ts';
import type { Ledger } from './exchange/ledger.ts';
import { PushClient } from './exchange/push-client.ts';
import type { Process } from './scheduler.ts';
import type { Surroundings, Worker } from './surroundings.ts';
import type { SimulatedTemporal } from './temporal/server.ts';
import { workflowsClient } from './temporal/workflows-client.ts';

interface Servers {
  surroundings: Surroundings;
  store: SimulatedStore;
  records: ReconciliationRecords;
  ledger: Ledger;
  temporal: SimulatedTemporal;
}

export function startWorker({ surroundings, store, records, ledger, temporal }: Servers, process: Process): Worker {
  const ports = {
    exchange: exchangeClient(surroundings, ledger, process),
    trades: storeClient(surroundings, store, process),
    alerts: {
      raise: quiet,
      reportIssue: quiet,
      reportRun: quiet,
      reportUnreadable: quiet,
      reportClock: quiet,
      reportLog: quiet,
      publishHead: quiet,
      reportArchive: quiet,
    },
    clocks: { offsetMs: () => null },
    histories: { noteRun: () => Promise.resolve() },
    activeOrders: new ActiveOrders(),
  };
  const orderWorkflows = workflowsClient(surroundings, temporal, process);
  const reconciliations = reconciliationClient(surroundings, { store, records }, process);
  const push = new PushClient(surroundings, ledger, process);
  const feed = feedActivities({ ...ports, orderWorkflows, push });
  const reconciliation = reconciliationActivities({ ...ports, orderWorkflows, reconciliations, watchdog: null });
  const activities = { ...createActivities(ports), ...feed, ...reconciliation } as Worker['activities'];
  return { process, activities };
}

function quiet(): void {}
