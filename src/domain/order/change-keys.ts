/**
 * The keys by which changes are committed once. What a run of the order's workflow decides has its run's id and a number;
 * these are of the changes that somebody else commits, or may commit first.
 */

/** The database numbers an order's attempts to place it. */
export function acceptanceKey(attempt: number): string {
  return `post/${attempt}`;
}

/** The end that the placing's own look shows. */
export function lookKey(attempt: number): string {
  return `look/${attempt}`;
}

/** An activity that is tried again commits its fills once. As the run's own keys, with the activity in place of the number. */
export function fillsKey({ runId, activityId }: { runId: string; activityId: string }): string {
  return `${runId}/fills-${activityId}`;
}

/** The end that the feed tells the workflow: an order is told one thing at a time. */
export function toldEndKey(seenAt: string): string {
  return `feed/${seenAt}`;
}

/** Committed by the placing before its answer reaches the workflow; if the worker dies, it never does. */
export function isByPlacing(key: string): boolean {
  return key.startsWith('post/') || key.startsWith('look/');
}

/** Committed by the feed or by the workflow that it has told, whoever comes first. */
export function isToldEnd(key: string): boolean {
  return key.startsWith('feed/');
}
