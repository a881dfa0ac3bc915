/** The engine's Temporal workers, every setting given with its reason. All workflows run on the orders' worker. */
import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { archiveActivities } from '../activities/archive/index.ts';
import { feedActivities } from '../activities/feed/index.ts';
import { createActivities } from '../activities/order/index.ts';
import type { ArchivePorts, FeedPorts, OrderPorts, ReconciliationPorts } from '../activities/ports.ts';
import { reconciliationActivities } from '../activities/reconciliation/index.ts';
import { archiveQueue, feedQueue, reconciliationQueue } from '../domain/task-queues.ts';
import type { TemporalAccess } from '../temporal/connection.ts';
import { encryptingBundle, workerConverter } from '../temporal/encoded-failures.ts';
import { versionOptions, type WorkerVersion } from '../temporal/worker-deployment.ts';
import { slotsWithin } from '../temporal/workflow-task-slots.ts';
import { cachedWorkflows } from './heaps.ts';

export interface WorkerOptions<WorkerPorts> extends TemporalAccess<NativeConnection> {
  version: WorkerVersion;
  ports: WorkerPorts;
}

export interface OrderWorkerOptions extends WorkerOptions<OrderPorts> {
  workflowBundle: WorkflowBundleOption;
}

export async function createOrderWorker(options: OrderWorkerOptions): Promise<Worker> {
  return Worker.create({
    ...commonOptions(options),
    taskQueue: options.taskQueue,
    workflowBundle: await encryptingBundle(options.workflowBundle, options.codec),
    activities: createActivities(options.ports),
    tuner: {
      // An immediate check is an activity that mostly sleeps: the limit is on orders in it, not on work.
      activityTaskSlotSupplier: { type: 'fixed-size', numSlots: 2_000 },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
      ...slotsWithin({
        // They are work for one thread: more at once are done no sooner, and what waits at the server is in nobody's way.
        // With fourteen, polls that wait counted too, 18.3 market orders a second went through, and half of 30 fills a second
        // were committed within 38 ms (2,000 open orders, two busy cores); with five it is 19.7 and 32 ms. With three: 16.6.
        workflowTasks: 5,
        // They wait for the database, or a second or two for fills that are asked for together.
        localActivities: 100,
      }),
    },
    // Few pollers are enough on a near server, and each holds a connection's stream.
    maxConcurrentWorkflowTaskPolls: 5,
    maxConcurrentActivityTaskPolls: 5,
    maxCachedWorkflows: cachedWorkflows(),
    // The heap is shared by all workflows of a worker; a context of its own each would triple the memory.
    reuseV8Context: true,
    // After a worker's death the orders of its cache wait this long before another may take their tasks; their ends are
    // committed by the feed before that. Not shorter: where a task waits for longer because the worker is busy, its history
    // is replayed, which makes the worker busier.
    stickyQueueScheduleToStartTimeout: '5 seconds',
    // Passes heartbeats on well within the 10 s timeout of the activities.
    maxHeartbeatThrottleInterval: '5 seconds',
    defaultHeartbeatThrottleInterval: '5 seconds',
    // A POST takes at most 5 s; immediate checks are cancelled after that, and another worker continues with them.
    shutdownGraceTime: '3 seconds',
    shutdownForceTime: '7 seconds',
  });
}

/** Of the feed's activity. */
export function createFeedWorker(options: WorkerOptions<FeedPorts>): Promise<Worker> {
  return Worker.create({
    ...commonOptions(options),
    taskQueue: feedQueue(options.taskQueue),
    activities: feedActivities(options.ports),
    // A deployment has one feed. While a dead worker's is being taken over there may be two for a moment.
    maxConcurrentActivityTaskExecutions: 2,
    maxConcurrentActivityTaskPolls: 1,
    // Passes heartbeats on well within their timeout of 6 s.
    maxHeartbeatThrottleInterval: '2 seconds',
    defaultHeartbeatThrottleInterval: '2 seconds',
    // There is nothing to finish: whoever takes over looks at everything.
    shutdownGraceTime: '100 milliseconds',
    shutdownForceTime: '5 seconds',
  });
}

/** Of reconciliation's activities. */
export function createReconcileWorker(options: WorkerOptions<ReconciliationPorts>): Promise<Worker> {
  return Worker.create({
    ...commonOptions(options),
    taskQueue: reconciliationQueue(options.taskQueue),
    activities: reconciliationActivities(options.ports),
    // A run does one thing after the other; the rest is for manual runs.
    maxConcurrentActivityTaskExecutions: 10,
    maxConcurrentActivityTaskPolls: 1,
    // A step heartbeats at every page that is done, and hardly more often than the request budget lets it: a worker
    // that is killed loses the page at work.
    maxHeartbeatThrottleInterval: '100 milliseconds',
    defaultHeartbeatThrottleInterval: '100 milliseconds',
    // A step that ends with its worker continues at another one.
    shutdownGraceTime: '100 milliseconds',
    shutdownForceTime: '5 seconds',
  });
}

/** Of the archive's activities. */
export function createArchiveWorker(options: WorkerOptions<ArchivePorts>): Promise<Worker> {
  return Worker.create({
    ...commonOptions(options),
    taskQueue: archiveQueue(options.taskQueue),
    activities: archiveActivities(options.ports),
    // A deployment has one writer: its workflow does one thing after the other.
    maxConcurrentActivityTaskExecutions: 1,
    maxConcurrentActivityTaskPolls: 1,
    // Passes heartbeats on well within their timeout of 10 s.
    maxHeartbeatThrottleInterval: '2 seconds',
    defaultHeartbeatThrottleInterval: '2 seconds',
    // What is at work waits on, and the next worker archives it.
    shutdownGraceTime: '100 milliseconds',
    shutdownForceTime: '5 seconds',
  });
}

function commonOptions({ connection, namespace, codec, version }: WorkerOptions<unknown>) {
  return { connection, namespace, dataConverter: workerConverter(codec), ...versionOptions(version) };
}
