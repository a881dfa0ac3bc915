/** What is known of the clocks that the engine's own is compared with. */

export const CLOCK_NAMES = ['database', 'exchange'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

export interface Clocks {
  /** How far the clock is ahead of ours at least, negative where it is behind; null where there is no recent measurement. */
  offsetMs(clock: ClockName): number | null;
}

/** How far the clock was ahead of that of the process at least. */
export interface MeasuredOffset {
  process: string;
  clock: ClockName;
  offsetMs: number;
}

export interface ClockOffset extends MeasuredOffset {
  /** By the database's clock. */
  measuredAt: string;
}

/** What all processes of a deployment have measured. A process that runs records each clock once an hour, and when it has changed. */
export interface ClockOffsets {
  record(offset: MeasuredOffset): Promise<void>;
  /** The last of each process and clock, of processes that ran within the last two hours. */
  latest(): Promise<ClockOffset[]>;
  /** Those of this time and of the two hours before it, which have what held when it began. Oldest first. */
  between(from: string, to: string): Promise<ClockOffset[]>;
  deleteOlderThan(days: number): Promise<void>;
}
