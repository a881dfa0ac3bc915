/** What the archive of histories needs at the start of an engine: its schedule, and the build that this worker runs. */
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Logger } from '../process/log.ts';
import { keepBuild } from '../temporal/builds.ts';
import type { TemporalAccess } from '../temporal/connection.ts';
import { ensureArchiveSchedule } from '../temporal/schedules.ts';

export interface ArchiveSettings {
  /** The interval of the schedule `archive-orders`. */
  everySeconds: number;
  /** Archived runs that closed longer ago are deleted. Null: none ever is. */
  keepDays: number | null;
  /** Where the builds of the workflows' code are kept. */
  buildsFolder: string;
}

interface Dependencies {
  temporal: TemporalAccess;
  workflowBundle: WorkflowBundleOption;
  log: Logger;
}

export async function startArchive(
  { everySeconds, keepDays, buildsFolder }: ArchiveSettings,
  { temporal, workflowBundle, log }: Dependencies,
): Promise<void> {
  const schedule = await ensureArchiveSchedule(temporal, everySeconds, { keepDays });
  log.debug('the schedule of the archive is there', { schedule, everySeconds, keepDays });
  try {
    const buildId = await keepBuild(buildsFolder, workflowBundle);
    log.debug("the build of the workflows' code is kept", { buildId, buildsFolder });
  } catch (error) {
    // No reason to leave orders unwatched.
    log.error("the build of the workflows' code cannot be kept: histories that it writes cannot be verified by it", {
      buildsFolder,
      remedy: 'set ORDER_SYNC_BUILDS_DIR to a folder that can be written to',
      error,
    });
  }
}
