/** `archiveWorkflow`: moves the histories of closed runs into the database, before Temporal drops them. */
import { ActivityFailure, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { ArchiveActivities } from '../../activities/archive/index.ts';
import { emptyPass, type ArchiveInput, type ArchivePass, type ArchiveReport } from '../../domain/archive-report.ts';
import { archiveQueue } from '../../domain/task-queues.ts';

const TIME_LIMIT_MS = 600_000;
/** For what is at work at the limit, and for a worker that died. */
const GRACE_MS = 60_000;

/** What it does not get to waits for the next run. A step that fails leaves the others to be done. */
export async function archiveWorkflow(input?: ArchiveInput | null): Promise<ArchiveReport> {
  const timeLimitMs = input?.timeLimitMs ?? TIME_LIMIT_MS;
  const stopAtMs = workflowInfo().startTime.getTime() + timeLimitMs;
  const { stepsAs, finishArchive } = activities(timeLimitMs);
  let pass: ArchivePass = emptyPass();
  let deleted = 0;

  async function attempt(what: string, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      log.warn('a step of the archive failed', { what, error });
      pass = { ...pass, problem: `${what}: ${error.cause?.message ?? error.message}` };
    }
  }

  await attempt('archiving', async () => {
    pass = await stepsAs('runs that wait').archiveRuns({ stopAtMs });
  });
  const keepDays = input?.keepDays ?? null;
  if (keepDays !== null) {
    await attempt('deleting', async () => {
      const { deleteOldRuns } = stepsAs(`what closed more than ${keepDays} days ago`);
      deleted = await deleteOldRuns({ keepDays, stopAtMs });
    });
  }
  return finishArchive(pass, deleted);
}

type Steps = Omit<ArchiveActivities, 'finishArchive'>;

interface Calls extends Pick<ArchiveActivities, 'finishArchive'> {
  /** By the summary under which Temporal shows the step. */
  stepsAs: (summary: string) => Steps;
}

function activities(timeLimitMs: number): Calls {
  const common = {
    taskQueue: archiveQueue(workflowInfo().taskQueue),
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
  } as const;
  const { finishArchive } = proxyActivities<ArchiveActivities>({
    ...common,
    summary: 'what is left',
    startToCloseTimeout: '30 seconds',
    // It alerts, so it is tried for long.
    scheduleToCloseTimeout: '10 minutes',
  });
  return {
    finishArchive,
    stepsAs: (summary) =>
      proxyActivities<Steps>({
        ...common,
        summary,
        scheduleToCloseTimeout: timeLimitMs + GRACE_MS,
        heartbeatTimeout: '10 seconds',
      }),
  };
}
