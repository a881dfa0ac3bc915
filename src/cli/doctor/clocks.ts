/** How far other clocks are from this machine's. */
import type { Database } from '../../database/database.ts';
import { describeOffset, NOTABLE_OFFSET_MS, offsetMsOf, type ClockReading } from '../../domain/clock-offset.ts';
import { readingOf } from '../../ports/read-clocks.ts';
import { examine, fail, ok, warn, type Finding } from './finding.ts';

/** A token is valid from our clock's time on, so Coinbase refuses it where our clock is ahead of its own. */
const FAIL_MS = 10_000;

const REMEDY = 'set the clocks by NTP, on this machine and there';

/** `ask` answers what the other clock showed at some moment between its call and its end. */
export function examineClock(whose: string, ask: (limit: AbortSignal) => Promise<string>): Promise<Finding> {
  const check = `clock of ${whose}`;
  return examine(check, `see the finding on ${whose}`, async (limit) =>
    judge(check, await readingOf(() => ask(limit))),
  );
}

export function judge(check: string, reading: ClockReading): Finding {
  const offsetMs = offsetMsOf(reading);
  const differenceMs = Math.abs(offsetMs);
  if (differenceMs < NOTABLE_OFFSET_MS) return ok(check, 'agrees with ours within a second');
  const says = describeOffset(offsetMs);
  return differenceMs < FAIL_MS ? warn(check, says, REMEDY) : fail(check, says, REMEDY);
}

/** What each process that runs has measured, which may stand on another machine. */
export function examineProcessClocks({ clockOffsets }: Pick<Database, 'clockOffsets'>): Promise<Finding> {
  const check = 'clocks of the processes';
  return examine(check, 'see the finding on migrations', async () => {
    const offsets = await clockOffsets.latest();
    if (offsets.length === 0) return ok(check, 'none has run within two hours');
    const processes = [...new Set(offsets.map(({ process }) => process))];
    const says = processes.map((name) => {
      const own = offsets.filter(({ process }) => process === name);
      return `${name} ${own.map(({ clock, offsetMs }) => `${clock} ${(offsetMs / 1_000).toFixed(1)} s`).join(', ')}`;
    });
    const hasOffset = offsets.some(({ offsetMs }) => Math.abs(offsetMs) >= NOTABLE_OFFSET_MS);
    return hasOffset ? warn(check, says.join('; '), REMEDY) : ok(check, says.join('; '));
  });
}
