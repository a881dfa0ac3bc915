/** What `archiveWorkflow` is asked to do, and answers. */

export interface ArchiveInput {
  /** Archived runs that closed longer ago are deleted, and each deletion is recorded. Null: none ever is. */
  keepDays?: number | null;
  /** How long one run may continue; what it leaves is for the next one. Default 10 minutes. */
  timeLimitMs?: number;
}

/** One pass over what waits. */
export interface ArchivePass {
  archived: number;
  /** Have not closed yet, although their trade has ended: a moment lies between the two. */
  stillOpen: number;
  /** Temporal had dropped them already. */
  lost: number;
  /** Could not be archived, and wait on; `problem` says why the last of them could not. */
  failed: number;
  problem: string | null;
}

export interface ArchiveReport extends ArchivePass {
  deleted: number;
  /** What waits at the end. */
  waiting: number;
  /** How long the oldest of it has waited. */
  oldestSeconds: number;
}

/** What waits for longer is late, wherever Temporal keeps closed runs for a day at least. */
export const ARCHIVE_LATE_SECONDS = 21_600;

export function emptyPass(): ArchivePass {
  return { archived: 0, stillOpen: 0, lost: 0, failed: 0, problem: null };
}
