/** The health of the engine's parts as far as this process can see it: each by itself, so that one that is unreachable hides no other. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedHealth } from '../../domain/feed/feed-health.ts';
import type { ClockName, ClockOffset } from '../../ports/clocks.ts';
import type { ArchiveBacklog } from '../../ports/history-archive.ts';
import type { ReconciliationRun } from '../../ports/reconciliation-store.ts';
import type { RequestLease } from '../../ports/request-leases.ts';
import type { HttpDependencies } from '../dependencies.ts';
import { TIMEOUTS_MS } from '../limits.ts';

/** What could not be learnt is null. */
export interface Health {
  isTemporalReady: boolean;
  isDatabaseReady: boolean;
  /** Null where no worker keeps the feed running. */
  feed: FeedHealth | null;
  leases: RequestLease[] | null;
  /** The newest; undefined where there was none yet. */
  lastRun: ReconciliationRun | undefined | null;
  /** How far each clock is ahead of ours at least. */
  clockOffsetsMs: Record<ClockName, number | null>;
  /** As each process has recorded it last, this one too. */
  recordedOffsets: ClockOffset[] | null;
  archive: (ArchiveBacklog & { lastArchivedAt: string | null }) | null;
}

export async function readHealth(dependencies: HttpDependencies): Promise<Health> {
  const { readiness, requestLeases, reconciliations, clocks, clockOffsets, histories } = dependencies;
  const [temporal, database, feed, leases, runs, recordedOffsets, archive] = await Promise.all([
    inTime(readiness.temporal().then(() => true)),
    inTime(readiness.database().then(() => true)),
    inTime(readiness.feed()),
    inTime(requestLeases.list()),
    inTime(reconciliations.listRuns({ limit: 1 })),
    inTime(clockOffsets.latest()),
    inTime(readArchive(histories)),
  ]);
  return {
    isTemporalReady: temporal === true,
    isDatabaseReady: database === true,
    feed,
    leases,
    lastRun: runs === null ? null : runs.items[0],
    clockOffsetsMs: { exchange: clocks.offsetMs('exchange'), database: clocks.offsetMs('database') },
    recordedOffsets,
    archive,
  };
}

async function readArchive(histories: HttpDependencies['histories']): Promise<Health['archive']> {
  const [backlog, lastArchivedAt] = await Promise.all([histories.backlog(), histories.lastArchivedAt()]);
  return { ...backlog, lastArchivedAt };
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  const late = sleep(TIMEOUTS_MS.probe, null, { ref: false });
  return Promise.race([answer, late]).catch(() => null);
}
