/** The workers that poll. */
import type { ConnectionLike } from '@temporalio/client';
// A CommonJS module whose names Node cannot see from an ES module: hence the default import.
import proto from '@temporalio/proto';
import { examine, fail, ok, type Finding } from './finding.ts';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = proto.temporal.api.enums.v1.TaskQueueType;
const { WORKER_VERSIONING_MODE_VERSIONED: VERSIONED } = proto.temporal.api.enums.v1.WorkerVersioningMode;
/** A poll is held for a minute; the server shows pollers for five minutes after their last one. */
const POLLED_WITHIN_MS = 90_000;

export interface TaskQueue {
  connection: ConnectionLike;
  namespace: string;
  taskQueue: string;
}

export interface Poller {
  identity: string;
  /** Null where it has no version. */
  version: { deploymentName: string; buildId: string } | null;
}

export function examineWorker(queue: TaskQueue): Promise<Finding> {
  const remedy = 'start one: `order-sync worker`, or `order-sync start` with everything it needs';
  return examine('worker', remedy, async () => {
    const kinds = [TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY];
    const [first = [], second = []] = await Promise.all(kinds.map((kind) => pollers(queue, kind)));
    if (first.length === 0 || second.length === 0)
      return fail('worker', `none polls the task queue ${queue.taskQueue}`, remedy);
    const identities = [...new Set(first.map(({ identity }) => identity))];
    return ok('worker', `${identities.join(', ')} polls the task queue ${queue.taskQueue}`);
  });
}

/** Of workflow tasks. */
export function workflowPollers(queue: TaskQueue): Promise<Poller[]> {
  return pollers(queue, TASK_QUEUE_TYPE_WORKFLOW);
}

async function pollers({ connection, namespace, taskQueue }: TaskQueue, taskQueueType: number): Promise<Poller[]> {
  const queue = { namespace, taskQueue: { name: taskQueue }, taskQueueType };
  const described = await connection.workflowService.describeTaskQueue(queue);
  return (described.pollers ?? [])
    .filter(({ lastAccessTime }) => Date.now() - unixMs(lastAccessTime) < POLLED_WITHIN_MS)
    .map(({ identity, deploymentOptions: options }) => ({
      identity: identity ?? '',
      version:
        options?.workerVersioningMode === VERSIONED
          ? { deploymentName: options.deploymentName ?? '', buildId: options.buildId ?? '' }
          : null,
    }));
}

type Time = { seconds?: unknown; nanos?: number | null } | null | undefined;

export function unixMs(time: Time): number {
  return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}
