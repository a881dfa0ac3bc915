/** The Temporal worker of the feed's activity; its workflow runs on the orders' worker. */
import { Worker, type NativeConnection } from '@temporalio/worker';
import { feedActivities, type FeedPorts } from '../activities/feed/index.ts';
import { feedQueue } from '../domain/task-queues.ts';

export interface FeedWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  /** The orders'. */
  taskQueue: string;
  ports: FeedPorts;
}

export function createFeedWorker({ connection, namespace, taskQueue, ports }: FeedWorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue: feedQueue(taskQueue),
    activities: feedActivities(ports),
    // A deployment has one feed. While a dead worker's is being taken over there may be two for a moment.
    maxConcurrentActivityTaskExecutions: 2,
    maxConcurrentActivityTaskPolls: 1,
    // Passes heartbeats on well within their timeout of 8 s.
    maxHeartbeatThrottleInterval: '2 seconds',
    defaultHeartbeatThrottleInterval: '2 seconds',
    // There is nothing to finish: whoever takes over looks at everything.
    shutdownGraceTime: '100 milliseconds',
    shutdownForceTime: '5 seconds',
  });
}
