/** The archive of histories: closed runs as Temporal has them, and as the database keeps them for longer. */
import type { OrderState } from '../domain/order/order-state.ts';

/** A run of an order's workflow that has closed, with its history. */
export interface ArchivedRun {
  workflowId: string;
  runId: string;
  clientOrderId: string;
  /** How the run ended, in Temporal's words: COMPLETED, CONTINUED_AS_NEW, TERMINATED and so on. */
  closeStatus: string;
  startedAt: string;
  closedAt: string;
  archivedAt: string;
  /** Of the workflow code that the run's last task was done by; null where no task of it was ever done. */
  buildId: string | null;
  /** The order as it stood when the run was archived; null where there is no such trade (any more). */
  finalState: OrderState | null;
  eventCount: number;
  /** Temporal's own JSON of the history, compressed with gzip. */
  history: Uint8Array;
  /** Of the JSON before compression, in hexadecimal. */
  sha256: string;
}

/** A run that exists and is not archived yet. */
export interface NotedRun {
  clientOrderId: string;
  runId: string;
}

export interface WaitingPage {
  runs: NotedRun[];
  /** Where the next page begins; null after the last one. */
  next: string | null;
}

/** What waits to be archived: the runs of ended trades, and those that another run of the same trade has followed. */
export interface ArchiveBacklog {
  runs: number;
  /** How long ago the run that waits longest must have closed; 0 where none waits. */
  oldestSeconds: number;
  /** Runs that were found in the last seven days to have been dropped by Temporal before they were archived. */
  lost: number;
}

export interface HistoryArchive {
  /** The archived runs of the orders, oldest first. */
  runsOf(...clientOrderIds: readonly string[]): Promise<ArchivedRun[]>;
  /** Notes that the run exists, so that it is archived once it has closed. Does nothing where it is known. */
  noteRun(run: NotedRun): Promise<void>;
  /** The runs of the orders that exist and are not archived, those noted first first. */
  notedRuns(...clientOrderIds: readonly string[]): Promise<NotedRun[]>;
  /** What waits, those noted first first; from the beginning, or where another page ended. */
  waiting(from: string | null, limit: number): Promise<WaitingPage>;
  backlog(): Promise<ArchiveBacklog>;
  /** When the newest of the archived runs was archived; null where there is none. */
  lastArchivedAt(): Promise<string | null>;
  /** In one transaction: the run is archived, and does not wait any more. Does nothing more where it is archived already. */
  add(run: Omit<ArchivedRun, 'archivedAt'>): Promise<void>;
  /** Temporal has no such run any more: it is counted as lost from now on. */
  markLost(run: NotedRun): Promise<void>;
  /**
   * Deletes at most `limit` archived runs that closed more than so many days ago, oldest first, and records each deletion.
   * Answers how many.
   */
  deleteOlderThan(days: number, limit: number): Promise<number>;
}

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
