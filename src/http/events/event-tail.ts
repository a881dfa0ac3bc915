/** The newest events, read once for all streams of this process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isBefore, type EventLog, type EventPage, type LoggedEvent } from '../../ports/event-log.ts';

/** How late a stream may deliver an event. */
const POLL_EVERY_MS = 200;
/** A reader that is further behind reads the database itself, at its own pace. */
const KEPT_EVENTS = 2_000;
const PAGE = 500;

export interface StreamOptions {
  /** Null: from the first event. */
  after: string | null;
  /** Ends the stream. */
  signal: AbortSignal;
  /** After how long without events an empty page is given. */
  heartbeatMs: number;
}

export class EventTail {
  readonly #log: EventLog;
  /** Everything after `since` and up to `until`. Null while nobody reads. */
  #recent: { since: string; until: string; events: LoggedEvent[] } | null = null;
  #news = Promise.withResolvers<void>();
  #readers = 0;
  #isPolling = false;

  constructor(log: EventLog) {
    this.#log = log;
  }

  get readers(): number {
    return this.#readers;
  }

  /** Each page is made when it is asked for, so that a reader who takes none costs nothing. */
  async *stream({ after, signal, heartbeatMs }: StreamOptions): AsyncGenerator<EventPage> {
    this.#readers += 1;
    void this.#poll();
    try {
      for (let cursor = after; !signal.aborted;) {
        // Taken before the read, so that an event that arrives during the read ends the wait.
        const news = this.#news.promise;
        const page: EventPage | null = await this.#after(cursor);
        cursor = page?.cursor ?? cursor;
        if (page !== null && page.items.length > 0) yield page;
        else if (!(await hasNews(news, heartbeatMs, signal)) && cursor !== null && !signal.aborted) {
          yield { items: [], cursor, hasMore: false };
        }
      }
    } finally {
      this.#readers -= 1;
    }
  }

  /** Null while the database is unreachable: the reader waits as if there were no news. */
  async #after(cursor: string | null): Promise<EventPage | null> {
    const recent = this.#recent;
    if (recent === null || cursor === null || isBefore(cursor, recent.since)) {
      return this.#log.read(cursor, PAGE).catch(() => null);
    }
    // From the newest back: what a reader has not had is a few events at the end of thousands.
    const had = recent.events.findLastIndex((event) => !isBefore(cursor, event.cursor));
    const items = recent.events.slice(had + 1);
    return { items, cursor: isBefore(cursor, recent.until) ? recent.until : cursor, hasMore: false };
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    while (this.#readers > 0) {
      // The database may be unreachable: the next attempt is soon.
      const hasMore = await this.#look().catch(() => false);
      if (!hasMore) await sleep(POLL_EVERY_MS, undefined, { ref: false });
    }
    this.#recent = null;
    this.#isPolling = false;
  }

  async #look(): Promise<boolean> {
    if (this.#recent === null) {
      const end = await this.#log.end();
      this.#recent = { since: end, until: end, events: [] };
      this.#notify();
      return true;
    }
    const { items, cursor, hasMore } = await this.#log.read(this.#recent.until, PAGE);
    const events = [...this.#recent.events, ...items];
    const dropped = events.splice(0, Math.max(0, events.length - KEPT_EVENTS));
    this.#recent = { since: dropped.at(-1)?.cursor ?? this.#recent.since, until: cursor, events };
    if (items.length > 0) this.#notify();
    return hasMore;
  }

  #notify(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** False when nothing came in time, or the signal was aborted. */
async function hasNews(news: Promise<void>, withinMs: number, signal: AbortSignal): Promise<boolean> {
  const waited = new AbortController();
  const silence = sleep(withinMs, false, { ref: false, signal: AbortSignal.any([signal, waited.signal]) });
  try {
    return await Promise.race([news.then(() => true), silence.catch(() => false)]);
  } finally {
    waited.abort();
  }
}
