/** The Temporal worker of reconciliation's activities; its workflow runs on the orders' worker. */
import { Worker, type NativeConnection } from '@temporalio/worker';
import { reconciliationActivities, type ReconciliationPorts } from '../activities/reconciliation/index.ts';
import { reconciliationQueue } from '../domain/task-queues.ts';

export interface ReconcileWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  /** The orders'. */
  taskQueue: string;
  ports: ReconciliationPorts;
}

export function createReconcileWorker({
  connection,
  namespace,
  taskQueue,
  ports,
}: ReconcileWorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: reconciliationQueue(taskQueue),
    activities: reconciliationActivities(ports),
    // A run does one thing after the other; the rest is for runs by hand.
    maxConcurrentActivityTaskExecutions: 10,
    maxConcurrentActivityTaskPolls: 1,
    // A step heartbeats at every page that is done, and hardly more often than the request budget lets it: a worker
    // that is killed loses the page at work.
    maxHeartbeatThrottleInterval: '100 milliseconds',
    defaultHeartbeatThrottleInterval: '100 milliseconds',
    // A step that ends with its worker goes on at another one.
    shutdownGraceTime: '100 milliseconds',
    shutdownForceTime: '5 seconds',
  });
}
