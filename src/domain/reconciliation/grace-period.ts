/** When a difference is an issue: not while the engine is probably dealing with it. */
import type { Difference } from './difference.ts';
import type { SyncIssueKind } from './issue.ts';
import { isEnded } from '../order/trade.ts';

/** Layers 1 to 3 need seconds. */
const GRACE_MS = 60_000;
/** A workflow ends with its trade; a manual sync that it still answers may hold it for a moment. */
const WORKFLOW_ENDS_WITHIN_MS = 30_000;

/** How old a difference must be before it is an issue. */
export function gracePeriodMs(kind: SyncIssueKind): number {
  return kind === 'ended_but_running' ? WORKFLOW_ENDS_WITHIN_MS : GRACE_MS;
}

/** What earlier runs say of a difference. */
export interface Discrepancy {
  firstSeenAt: string;
  /** True when an earlier run has seen it, too. */
  seenBefore: boolean;
}

export function isIssue(difference: Difference, { firstSeenAt, seenBefore }: Discrepancy, nowMs: number): boolean {
  const { kind, since, mustPersistMs } = difference;
  const isOld = nowMs - Date.parse(since ?? firstSeenAt) >= gracePeriodMs(kind);
  const hasPersisted = mustPersistMs === 0 || (seenBefore && nowMs - Date.parse(firstSeenAt) >= mustPersistMs);
  // Another program's order in the same portfolio is nobody's mistake, so one run is not enough to report it.
  return isOld && hasPersisted && (kind !== 'orphan' || seenBefore);
}

/** How long the bot has been blocked without need so far; null unless a fill was missed while it is. */
export function blockedSecondsSoFar({ kind, dbStatus, since }: Difference, nowMs: number): string | null {
  const isBlocked = dbStatus !== null && !isEnded(dbStatus);
  if (kind !== 'missed_fill' || !isBlocked || since === null) return null;
  return secondsBetween(since, new Date(nowMs).toISOString());
}

/** With milliseconds; never negative, because clocks differ. */
export function secondsBetween(from: string, to: string): string {
  return (Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000).toFixed(3);
}

export function ageHours(createdAt: string | null, nowMs: number): string | null {
  return createdAt === null ? null : (Math.max(0, nowMs - Date.parse(createdAt)) / 3_600_000).toFixed(4);
}
