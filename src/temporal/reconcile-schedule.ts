/** The schedule that runs reconciliation: made or brought up to date by every worker that starts, and never doubled. */
import {
  Client,
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type ConnectionLike,
  type ScheduleOptions,
} from '@temporalio/client';

/** `reconcile-orders` for the queue `orders`; another deployment in the same namespace has its own. */
export function reconcileScheduleId(taskQueue: string): string {
  return `reconcile-${taskQueue}`;
}

export interface ReconcileScheduleOptions {
  connection: ConnectionLike;
  namespace: string;
  taskQueue: string;
  everySeconds: number;
}

const ANSWER_WITHIN_MS = 10_000;

export async function ensureReconcileSchedule(options: ReconcileScheduleOptions): Promise<'created' | 'updated'> {
  const { connection, namespace, taskQueue, everySeconds } = options;
  const scheduleId = reconcileScheduleId(taskQueue);
  const { schedule } = new Client({ connection, namespace });
  const wanted = {
    spec: { intervals: [{ every: `${everySeconds} seconds` }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconcileWorkflow',
      workflowId: scheduleId,
      taskQueue,
      args: [],
      staticSummary: 'Compares database, exchange and workflows; what differs is repaired and reported',
      // A run ends itself after 4 minutes; this ends one whose workers are gone for good.
      workflowRunTimeout: '30 minutes',
    },
    policies: {
      // A run sees all that the one would have seen that is left out for it.
      overlap: ScheduleOverlapPolicy.SKIP,
      // After an absence of Temporal one run is enough, not one for every minute that was missed.
      catchupWindow: '60 seconds',
      // A run that fails is no reason to stop looking.
      pauseOnFailure: false,
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  return connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
    try {
      await schedule.create({ scheduleId, ...wanted });
      return 'created';
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      // Whether an operator has paused it stays as it is.
      await schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }));
      return 'updated';
    }
  });
}
