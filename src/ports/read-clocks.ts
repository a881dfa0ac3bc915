/** How far the clocks of the database and of the exchange are from ours: one question to each. */
import { offsetMsOf, type ClockReading } from '../domain/clock-offset.ts';
import { CLOCK_NAMES, type ClockName, type ClockOffsets } from './clocks.ts';
import type { Exchange } from './exchange.ts';

const ANSWER_WITHIN_MS = 10_000;

export interface ReadableClocks {
  database: { now(): Promise<string> };
  /** One request of the budget. */
  exchange: Pick<Exchange, 'metered'>;
}

/** Rejects where it does not answer within 10 s. */
export async function readOffsetMs(clock: ClockName, clocks: ReadableClocks, stop: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  switch (clock) {
    case 'database':
      return offsetOfDatabase(clocks);
    case 'exchange':
      return offsetOfExchange(clocks, signal);
  }
}

/** Of a process that runs briefly: once. What does not answer is left out; the process itself will say what is wrong. */
export async function recordOffsets(
  process: string,
  { offsets, ...clocks }: ReadableClocks & { offsets: Pick<ClockOffsets, 'record'> },
  stop: AbortSignal,
): Promise<void> {
  await Promise.allSettled(
    CLOCK_NAMES.map(async (clock) => {
      const offsetMs = await readOffsetMs(clock, clocks, stop);
      await offsets.record({ process, clock, offsetMs });
    }),
  );
}

async function offsetOfDatabase({ database }: ReadableClocks): Promise<number> {
  return offsetMsOf(await readingOf(() => database.now()));
}

/** `ask` answers what the clock showed at some moment between its call and its end. */
export async function readingOf(ask: () => Promise<string>): Promise<ClockReading> {
  const askedMs = Date.now();
  const shownMs = Date.parse(await ask());
  return { askedMs, shownMs, answeredMs: Date.now() };
}

/** From when the request went out: it may have waited long for its place in the budget. */
async function offsetOfExchange({ exchange }: ReadableClocks, signal: AbortSignal): Promise<number> {
  let askedMs = Date.now();
  const metered = exchange.metered(() => (askedMs = Date.now()));
  const shownMs = Date.parse(await metered.time(signal));
  return offsetMsOf({ askedMs, shownMs, answeredMs: Date.now() });
}
