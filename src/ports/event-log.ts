/** All that happened to all trades, in one order, for readers that continue where they were. */
import type { StoredEvent } from './trade-store.ts';

export interface LoggedEvent extends StoredEvent {
  /** Its place in the log: whoever has read it continues after it. */
  cursor: string;
  clientOrderId: string;
  botId: string;
}

export interface EventPage {
  items: LoggedEvent[];
  /** Everything up to here was read: where to continue, also after a page without an item. */
  cursor: string;
  /** Whether there are more to read now. */
  hasMore: boolean;
}

export interface EventLog {
  /**
   * At most `limit` of the events after the cursor (null: from the first), in order of commit. An event is returned
   * only when every transaction that began to write before its own has ended, so that nothing can be committed before
   * it any more. Rejects with InvalidPageError if the cursor is invalid.
   */
  read(after: string | null, limit: number): Promise<EventPage>;
  /** The cursor behind every event so far. */
  end(): Promise<string>;
}

/** Whether the cursor `one` stands before `other`. */
export function isBefore(one: string, other: string): boolean {
  const [[writtenIn = 0n, id = 0n], [otherWrittenIn = 0n, otherId = 0n]] = [one, other].map((cursor) =>
    cursor.split('-').map(BigInt),
  ) as [bigint[], bigint[]];
  return writtenIn === otherWrittenIn ? id < otherId : writtenIn < otherWrittenIn;
}
