/** The steps of `archiveWorkflow`. */
import type { ArchivePass, ArchiveReport } from '../../domain/archive-report.ts';
import type { ArchivePorts } from '../ports.ts';
import { withHeartbeat } from '../runtime/activity-context.ts';
import { archiveRuns } from './archive-runs.ts';

export type ArchiveActivities = ReturnType<typeof archiveActivities>;

const DELETED_AT_ONCE = 200;
/** What waits for a longer part of Temporal's retention than this is late: there is time yet to see to it. */
const LATE_AFTER_SHARE = 0.25;

export function archiveActivities(ports: ArchivePorts) {
  return {
    archiveRuns: archiveRuns(ports),
    deleteOldRuns: deleteOldRuns(ports),
    finishArchive: finishArchive(ports),
  };
}

/** Answers how many. What the clocks showed then goes with them: it is evidence of nothing else. */
function deleteOldRuns({ histories, clockOffsets }: ArchivePorts) {
  return ({ keepDays, stopAtMs }: { keepDays: number; stopAtMs: number }): Promise<number> =>
    withHeartbeat(async () => {
      await clockOffsets.deleteOlderThan(keepDays);
      let deleted = 0;
      while (Date.now() < stopAtMs) {
        const count = await histories.deleteOlderThan(keepDays, DELETED_AT_ONCE);
        deleted += count;
        if (count < DELETED_AT_ONCE) break;
      }
      return deleted;
    });
}

/** Counts what is left, and alerts where the archive cannot keep up. */
function finishArchive({ histories, closedRuns, alerts }: ArchivePorts) {
  return async (pass: ArchivePass, deleted: number): Promise<ArchiveReport> => {
    const { problem, lost } = pass;
    const keptForSeconds = await closedRuns.retentionSeconds();
    const backlog = await histories.backlog().catch((error: unknown) => {
      if (problem !== null) alerts.reportArchive({ problem, lost, backlog: null, keptForSeconds });
      throw error;
    });
    const isLate = backlog.oldestSeconds > keptForSeconds * LATE_AFTER_SHARE;
    if (lost > 0 || problem !== null || isLate) alerts.reportArchive({ problem, lost, backlog, keptForSeconds });
    return { ...pass, deleted, waiting: backlog.runs, oldestSeconds: backlog.oldestSeconds };
  };
}
