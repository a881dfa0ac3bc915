/** How far another clock is from ours, as one question shows it. */

/** Unix milliseconds: ours, the other clock's, and ours again. The other one was read at some moment in between. */
export interface ClockReading {
  askedMs: number;
  shownMs: number;
  answeredMs: number;
}

/** Beyond this a person must hear of it: tokens are refused soon, and the times of events are no evidence any more. */
export const MOST_OFFSET_MS = 5_000;

/** How far the other clock is ahead of ours, negative where it is behind: at least so far, whatever time the answer took. */
export function offsetMsOf({ askedMs, shownMs, answeredMs }: ClockReading): number {
  return Math.max(shownMs - answeredMs, 0) + Math.min(shownMs - askedMs, 0);
}

/** `is 7.2 s ahead of ours` */
export function describeOffset(offsetMs: number): string {
  const side = offsetMs > 0 ? 'ahead of' : 'behind';
  return `is ${(Math.abs(offsetMs) / 1_000).toFixed(1)} s ${side} ours`;
}
