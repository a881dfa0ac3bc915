/** A worker process with the real activities, over ports that reach the simulated exchange, database and Temporal. */
import { ActiveOrders } from '../../src/activities/order/active-orders.ts';
import { createActivities } from '../../src/activities/order/index.ts';
import { feedActivities } from '../../src/activities/feed/index.ts';
import type { OrderWorkflows } from '../../src/ports/order-workflows.ts';
import type { SimulatedStore } from './database/simulated-store.ts';
import { storeClient } from './database/store-client.ts';
import { exchangeClient } from './exchange/exchange-client.ts';
import type { Ledger } from './exchange/ledger.ts';
import { PushClient } from './exchange/push-client.ts';
import type { Process } from './scheduler.ts';
import type { Surroundings, Worker } from './surroundings.ts';
import type { SimulatedTemporal } from './temporal/server.ts';
import { unused } from './unused.ts';

interface Servers {
  surroundings: Surroundings;
  store: SimulatedStore;
  ledger: Ledger;
  temporal: SimulatedTemporal;
}

export function startWorker({ surroundings, store, ledger, temporal }: Servers, process: Process): Worker {
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
  const orderWorkflows: OrderWorkflows = {
    signalFact: (_id, fact) =>
      surroundings.ask(process, temporal.process, 'a signal', () =>
        temporal.signal({ name: fact.type, argument: fact }),
      ),
    signalOrResume: unused,
    cancelOrResume: unused,
    resume: unused,
    requestSync: unused,
    endIfStuck: unused,
    whyStuck: unused,
    listStuck: unused,
    listRunning: unused,
    isRunning: unused,
    requestOf: unused,
  };
  const push = new PushClient(surroundings, ledger, process);
  const feed = feedActivities({ ...ports, orderWorkflows, push });
  return { process, activities: { ...createActivities(ports), ...feed } as Worker['activities'] };
}

function quiet(): void {}
