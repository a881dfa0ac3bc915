/** How far another clock is from ours, as one question shows it. */

/** Unix milliseconds: ours, the other clock's, and ours again. The other one was read at some moment in between. */
export interface ClockReading {
  askedMs: number;
  shownMs: number;
  answeredMs: number;
}

/** Below this it harms nothing, and an answer's own time may look like it. */
export const NOTABLE_OFFSET_MS = 1_000;

/** Beyond this a person must be alerted: tokens are refused soon, and the times of events are no longer evidence. */
export const MAX_OFFSET_MS = 5_000;

/**
 * Beyond this nothing is placed: an order that seems to have been created a minute before its row counts as another one
 * (`match-intent.ts`), and its bot would be released while it is open.
 */
export const MAX_OFFSET_TO_PLACE_MS = 30_000;

/** How far the other clock is ahead of ours, negative where it is behind: at least so far, whatever time the answer took. */
export function offsetMsOf({ askedMs, shownMs, answeredMs }: ClockReading): number {
  return Math.max(shownMs - answeredMs, 0) + Math.min(shownMs - askedMs, 0);
}

/** By its offset from ours; null where that is not known, which speaks for nothing. */
interface Offsets {
  offsetMs(clock: 'database' | 'exchange'): number | null;
}

/** Why no order may be placed; null where one may. */
export function whyPlacingWaits(clocks: Offsets): string | null {
  const databaseMs = clocks.offsetMs('database');
  const exchangeMs = clocks.offsetMs('exchange');
  if (isTooFar(exchangeMs)) return `the clock of the exchange ${describeOffset(exchangeMs)}`;
  if (isTooFar(databaseMs)) return `the clock of the database ${describeOffset(databaseMs)}`;
  const differenceMs = databaseMs === null || exchangeMs === null ? null : Math.abs(databaseMs - exchangeMs);
  return isTooFar(differenceMs) ? `the clocks of database and exchange are ${seconds(differenceMs)} s apart` : null;
}

function isTooFar(offsetMs: number | null): offsetMs is number {
  return offsetMs !== null && Math.abs(offsetMs) > MAX_OFFSET_TO_PLACE_MS;
}

/** `is 7.2 s ahead of ours` */
export function describeOffset(offsetMs: number, whose = 'ours'): string {
  const side = offsetMs > 0 ? 'ahead of' : 'behind';
  return `is ${seconds(Math.abs(offsetMs))} s ${side} ${whose}`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
