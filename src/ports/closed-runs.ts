/** What the archive needs of Temporal. */
import type { ArchivedRun, NotedRun } from './history-archive.ts';

/** A run as Temporal has it, ready to be archived. */
export type ClosedRun = Omit<ArchivedRun, 'clientOrderId' | 'archivedAt' | 'finalState'>;

export type RunLookup =
  | { kind: 'closed'; run: ClosedRun }
  /** It continues: its history is not whole. */
  | { kind: 'open' }
  /** Temporal has no such run (any more). */
  | { kind: 'gone' };

/** Every method throws when Temporal does not answer. */
export interface ClosedRuns {
  read(run: NotedRun): Promise<RunLookup>;
  /** The run of the order that began last; null where Temporal has none (any more). */
  latestRunOf(clientOrderId: string): Promise<string | null>;
  /** For how long Temporal keeps a closed run. */
  retentionSeconds(): Promise<number>;
}
