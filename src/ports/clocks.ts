/** What is known of the clocks that the engine's own is compared with. */

export const CLOCK_NAMES = ['database', 'exchange'] as const;
export type ClockName = (typeof CLOCK_NAMES)[number];

export interface Clocks {
  /** How far the clock is ahead of ours at least, negative where it is behind; null where nothing is known of late. */
  offsetMs(clock: ClockName): number | null;
}
