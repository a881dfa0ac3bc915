/** When a difference is an issue: not while the engine may well be at it. */
import type { Difference } from './difference.ts';

/** A workflow may outlive its trade's end by 30 s, and layers 1 to 3 need seconds. */
export const ISSUE_AFTER_MS = 60_000;

export interface Sighting {
  firstSeenAt: string;
  /** True when an earlier run has seen it, too. */
  seenBefore: boolean;
}

export function isIssue(difference: Difference, sighting: Sighting, nowMs: number): boolean {
  const isOld = nowMs - Date.parse(difference.since ?? sighting.firstSeenAt) >= ISSUE_AFTER_MS;
  // A stranger's order in the same portfolio is nobody's mistake, so one look is not enough to speak of it.
  return isOld && (difference.kind !== 'orphan' || sighting.seenBefore);
}

/** How long the bot has been blocked without need so far; null unless a fill was missed while it is. */
export function blockedSecondsSoFar({ kind, dbStatus, since }: Difference, nowMs: number): string | null {
  const isBlocked = dbStatus === 'placing' || dbStatus === 'pending' || dbStatus === 'stale';
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
