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
    // Workflow tasks are CPU work on one thread, with a short wait for the database in the middle. What waits beyond these
    // waits at the server, where it is in nobody's way: with 40, at the limit of two cores, half of the fills were
    // committed within 89 ms, with 8 within 23, with 3 within 12 (3,000 open orders, 30 fills a second). But with fewer
    // than 8 the wait for the database holds up the placing: 12 orders a second in place of 17.
    maxConcurrentWorkflowTaskExecutions: 8,
    // Few pollers are enough on a near server, and each holds a connection's stream.
    maxConcurrentWorkflowTaskPolls: 5,
    maxConcurrentActivityTaskPolls: 5,
    // With 10,000 open orders the process had 534 MiB with room for 1,500 of them, and 1,097 with room for 2,500, which was
    // no faster; it may have 1,024. An order outside of the cache costs a replay, not a failure.
    maxCachedWorkflows: 1_500,
    // The heap is shared by all workflows of a worker; a context of its own each would triple the memory.
    reuseV8Context: true,
    // After a worker's death the orders of its cache wait this long before another may take their tasks; their ends are
    // committed by the feed before that. Not shorter: where a task waits for longer because the worker is busy, its history
    // is replayed, which makes the worker busier.
    stickyQueueScheduleToStartTimeout: '5 seconds',
    // Passes heartbeats on well within the 10 s timeout of the activities.
    maxHeartbeatThrottleInterval: '5 seconds',
    defaultHeartbeatThrottleInterval: '5 seconds',
    // A POST takes at most 5 s; watches are cancelled after that and another worker goes on with them.
    shutdownGraceTime: '3 seconds',
    shutdownForceTime: '7 seconds',
  });
}
