/**
 * How many requests may go out: at most so many in any second, the important ones first. A place in the queue stays
 * taken until a second after its request was sent, so the limit holds for every second, not only for whole ones, and
 * for a placement that had to wait for the database between its reservation and its POST.
 */
import PQueue from 'p-queue';
import type { RequestPriority } from '../ports/exchange.ts';

const RANK: Record<RequestPriority, number> = { placement: 3, urgent: 2, 'blocked-bot': 1, sweep: 0 };

/** A second, and a little more, because requests don't all travel equally fast. */
const WINDOW_MS = 1_050;
/** A place that nobody uses is free again after this; a database transaction takes milliseconds. */
const UNUSED_MS = 2_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;
/** The longest pause that is taken from the exchange's word; a larger number is not a count of seconds. */
const LONGEST_NAMED_PAUSE_MS = 60_000;

/** The right to send one request. */
export interface Place {
  /** To be called as the request goes out. */
  use(): void;
}

export class RequestBudget {
  readonly #queue: PQueue;
  #reserved: Place[] = [];
  #pauseMs = 0;

  constructor(requestsPerSecond: number) {
    this.#queue = new PQueue({ concurrency: requestsPerSecond });
  }

  /** Waits for a place. Rejects with the signal's reason when it aborts first; the place in the queue is given up then. */
  async take(priority: RequestPriority, signal?: AbortSignal): Promise<Place> {
    signal?.throwIfAborted();
    const waiting = new AbortController();
    const giveUp = () => waiting.abort(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    // The places' own timers don't keep the process alive, somebody who waits for one does.
    const awake = setInterval(() => undefined, WINDOW_MS);
    try {
      return await new Promise<Place>((resolve, reject) => {
        const occupy = () => new Promise<void>((free) => resolve(timedPlace(free)));
        // Not the caller's own signal: p-queue would free the place of a request that is on its way.
        this.#queue.add(occupy, { priority: RANK[priority], signal: waiting.signal }).catch(reject);
      });
    } finally {
      clearInterval(awake);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Takes a place for the placement that follows, which must not wait once its attempt is committed. */
  async reserve(signal?: AbortSignal): Promise<void> {
    const place = await this.take('placement', signal);
    this.#reserved.push(place);
    setTimeout(() => {
      this.#reserved = this.#reserved.filter((other) => other !== place);
    }, UNUSED_MS).unref();
  }

  /** The oldest reserved place; whose it was does not matter, only that as many go out as were counted. */
  reserved(): Place {
    return this.#reserved.shift() ?? this.#uncounted();
  }

  /** The exchange says that it was too much: nothing more goes out for a while, longer each time until one gets through. */
  pause(namedMs: number | null): void {
    if (this.#queue.isPaused) return;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    const named = namedMs !== null && namedMs > 0 && namedMs <= LONGEST_NAMED_PAUSE_MS;
    this.#queue.pause();
    setTimeout(() => this.#queue.start(), named ? namedMs : this.#pauseMs).unref();
  }

  /** An answer other than "too much" ends the growth of the pauses. */
  accepted(): void {
    if (!this.#queue.isPaused) this.#pauseMs = 0;
  }

  /** A placement whose reservation lapsed goes out all the same, and is counted as soon as there is room. */
  #uncounted(): Place {
    return {
      use: () => {
        this.take('placement').then(
          (place) => place.use(),
          () => undefined,
        );
      },
    };
  }
}

function timedPlace(free: () => void): Place {
  let timer = setTimeout(free, UNUSED_MS).unref();
  return {
    use() {
      clearTimeout(timer);
      timer = setTimeout(free, WINDOW_MS).unref();
    },
  };
}
