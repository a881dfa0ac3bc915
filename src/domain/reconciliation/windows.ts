/** Which of the exchange's orders a run lists. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOOK_BACK_MS = 7 * DAY_MS;
/** Less than a day, because orders grow older while the position goes around: each of them is met every 23 hours. */
const ROUND_MS = 20 * HOUR_MS;

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
 * The parts of the last seven days that this run lists again. A position goes around, from now to seven days ago, and
 * each run lists what it passed since the last complete one; so a day's runs see every order of the week, and a run that
 * was missed leaves no hole. None when there is no last run: this one lists everything itself.
 */
export function weeklySlices(lastCompleteAt: string | null, nowMs: number): TimeWindow[] {
  if (lastCompleteAt === null) return [];
  const lastMs = Date.parse(lastCompleteAt);
  const weekAgo = nowMs - LOOK_BACK_MS;
  if (nowMs - lastMs >= ROUND_MS) return [window(weekAgo, nowMs)];
  const reached = nowMs - positionAt(nowMs);
  const before = lastMs - positionAt(lastMs);
  // It has started over: there is the end of the old round, and the beginning of the new one.
  return reached > before ? [window(weekAgo, before), window(reached, nowMs)] : [window(reached, before)];
}

/** In pieces of a day at most, because a listing ends at 100,000 orders. */
export function byDay({ from, to }: TimeWindow): TimeWindow[] {
  const pieces: TimeWindow[] = [];
  for (let start = Date.parse(from); start < Date.parse(to); start += DAY_MS) {
    pieces.push(window(start, Math.min(start + DAY_MS, Date.parse(to))));
  }
  return pieces;
}

/** How far back the position is, milliseconds. */
function positionAt(timeMs: number): number {
  return ((timeMs % ROUND_MS) / ROUND_MS) * LOOK_BACK_MS;
}

function window(fromMs: number, toMs: number): TimeWindow {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
