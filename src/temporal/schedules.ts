/** The schedules of reconciliation and of the archive: made or brought up to date by every worker that starts, and never doubled. */
import { Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import type { ArchiveInput } from '../domain/archive-report.ts';
import { soon } from './answers.ts';
import type { TemporalAccess } from './connection.ts';

interface Wanted {
  scheduleId: string;
  everySeconds: number;
  workflowType: string;
  args: unknown[];
  staticSummary: string;
}

/** `reconcile-orders` for the queue `orders`; another deployment in the same namespace has its own. */
export function reconcileScheduleId(taskQueue: string): string {
  return `reconcile-${taskQueue}`;
}

export function archiveScheduleId(taskQueue: string): string {
  return `archive-${taskQueue}`;
}

export function ensureReconcileSchedule(
  temporal: TemporalAccess,
  everySeconds: number,
): Promise<'created' | 'updated'> {
  return ensureSchedule(temporal, {
    scheduleId: reconcileScheduleId(temporal.taskQueue),
    everySeconds,
    workflowType: 'reconcileWorkflow',
    args: [],
    staticSummary: 'Compares database, exchange and workflows; what differs is repaired and reported',
  });
}

export function ensureArchiveSchedule(
  temporal: TemporalAccess,
  everySeconds: number,
  input: ArchiveInput,
): Promise<'created' | 'updated'> {
  return ensureSchedule(temporal, {
    scheduleId: archiveScheduleId(temporal.taskQueue),
    everySeconds,
    workflowType: 'archiveWorkflow',
    args: [input],
    staticSummary: 'Archives the histories of closed runs in the database, before Temporal drops them',
  });
}

async function ensureSchedule(
  { connection, namespace, taskQueue, codec }: TemporalAccess,
  { scheduleId, everySeconds, workflowType, args, staticSummary }: Wanted,
): Promise<'created' | 'updated'> {
  const { schedule } = new Client({ connection, namespace, dataConverter: codec.dataConverter });
  const wanted = {
    spec: { intervals: [{ every: `${everySeconds} seconds` }] },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: scheduleId,
      taskQueue,
      args,
      staticSummary,
      // A run ends itself within minutes; this ends one whose workers are gone for good.
      workflowRunTimeout: '30 minutes',
    },
    policies: {
      // A run sees all that the one would have seen that is left out for it.
      overlap: ScheduleOverlapPolicy.SKIP,
      // After an absence of Temporal one run is enough, not one for every time that was missed.
      catchupWindow: '60 seconds',
      // A run that fails is no reason to stop looking.
      pauseOnFailure: false,
    },
  } satisfies Omit<ScheduleOptions, 'scheduleId'>;
  return soon(connection, async () => {
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
