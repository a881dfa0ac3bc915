/** The Temporal worker of the task queue `orders`, every setting given with its reason. */
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { createActivities, type Ports } from './activities/index.ts';

export interface OrderWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  workflowBundle: WorkflowBundleOption;
  ports: Ports;
}

export function createOrderWorker({
  connection,
  namespace,
  taskQueue,
  workflowBundle,
  ports,
}: OrderWorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle,
    activities: createActivities(ports),
    // A watched order is one activity that mostly sleeps: the limit is on open orders, not on work.
    maxConcurrentActivityTaskExecutions: 2_000,
    // As many as the database pool serves at once with a little queue; more would only wait there.
    maxConcurrentLocalActivityExecutions: 50,
    // Workflow tasks are CPU work on one thread; 40 keep it busy over a slow link.
    maxConcurrentWorkflowTaskExecutions: 40,
    // Few pollers are enough on a near server, and each holds a connection's stream.
    maxConcurrentWorkflowTaskPolls: 5,
    maxConcurrentActivityTaskPolls: 5,
    // About 0.3 MiB each, half of it in the workflow thread's heap: with 10,000 open orders the process has 866 MiB of
    // the 1,024 that it may have. An order outside the cache costs a replay, not a failure.
    maxCachedWorkflows: 1_000,
    // The heap is shared by all workflows of a worker; a context of its own each would triple the memory.
    reuseV8Context: true,
    // After a worker's death the orders of its cache wait this long before another may take their tasks: of 18 s until all
    // fills of the meantime were committed, 5 were this wait when it was 5 s. The price: a worker so busy
    // that a task waits for longer has the order's history replayed.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    // Passes heartbeats on well within the 10 s timeout of the activities.
    maxHeartbeatThrottleInterval: '5 seconds',
    defaultHeartbeatThrottleInterval: '5 seconds',
    // A POST takes at most 5 s; watches are cancelled after that and another worker goes on with them.
    shutdownGraceTime: '3 seconds',
    shutdownForceTime: '7 seconds',
  });
}
