/** What every step of a run is told. */
export interface RunContext {
  /** Null for a dry run: nothing is written, nobody is told. */
  runId: string | null;
  startedAt: string;
  /** When the last run that saw everything began; null when there was none. */
  lastCompleteAt: string | null;
  /** The run's time limit, Unix milliseconds. */
  stopAtMs: number;
}
