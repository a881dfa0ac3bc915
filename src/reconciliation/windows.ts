/** Which of the exchange's orders a run lists. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_BACK_MS = 7 * DAY_MS;

export interface TimeWindow {
  from: string;
  /** Exclusive. */
  to: string;
}

/** Created since the last complete run less an hour, because the exchange may list late; at first, a week back. */
export function recentWindow(lastCompleteAt: string | null, nowMs: number): TimeWindow {
  const since = lastCompleteAt === null ? nowMs - LOOK_BACK_MS : Date.parse(lastCompleteAt) - HOUR_MS;
  return window(Math.max(since, nowMs - LOOK_BACK_MS), nowMs + HOUR_MS);
}

/**
 * The part of the last seven days that this run looks at again. A hand goes around once a day, from now to seven days
 * ago, and each run takes what it passed since the last complete one; so a day's runs see every order of the week, and a
 * run that was missed leaves no hole. Null when there is no last run, which looked at everything itself.
 */
export function weeklySlice(lastCompleteAt: string | null, nowMs: number): TimeWindow | null {
  if (lastCompleteAt === null) return null;
  const lastMs = Date.parse(lastCompleteAt);
  if (nowMs - lastMs >= DAY_MS) return window(nowMs - LOOK_BACK_MS, nowMs);
  const hand = handAt(nowMs);
  const before = handAt(lastMs);
  // It began anew at midnight: what was left of the old round and what is done of the new one are taken together.
  if (nowMs - hand > lastMs - before) return window(nowMs - LOOK_BACK_MS, nowMs);
  return window(nowMs - hand, lastMs - before);
}

/** How far back the hand points, milliseconds. */
function handAt(timeMs: number): number {
  return ((timeMs % DAY_MS) / DAY_MS) * LOOK_BACK_MS;
}

function window(fromMs: number, toMs: number): TimeWindow {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
