/**
 * How many requests may go out: at most so many in any second, the important ones first. A place stays taken until a
 * second after its request was sent, and until a second after a quick answer, so the limit holds for every second, not only for whole ones, and for a placement
 * that had to wait for the database between its reservation and its POST.
 */
import type { RequestPriority } from '../../ports/exchange.ts';
import { FairQueue } from './fair-queue.ts';

/** A second, and a little more, because requests don't all travel equally fast. */
export const WINDOW_MS = 1_050;
const SECOND_MS = 1_000;
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
  /** To be called when the answer comes: by then, and maybe only then, the exchange has counted the request. */
  answered(): void;
  /** Gives it back at once if no request went out. */
  release(): void;
}

export class RequestBudget {
  readonly #queue = new FairQueue<(place: Place) => void>();
  #limit: number;
  #taken = 0;
  #reserved: Place[] = [];
  #pauseMs = 0;
  #endOfPause: NodeJS.Timeout | null = null;
  #pausedUntilMs = 0;
  /** The places' own timers don't keep the process alive, somebody who waits for one does, if any can come. */
  #awake: NodeJS.Timeout | null = null;

  constructor(requestsPerSecond: number) {
    this.#limit = requestsPerSecond;
  }

  /** Places that are taken now: requests of the last second, and those that are about to go out. */
  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Requests in a second. A smaller one takes no place back: it holds once those beyond it are free. */
  get limit(): number {
    return this.#limit;
  }

  set limit(requestsPerSecond: number) {
    this.#limit = requestsPerSecond;
    this.#admit();
  }

  /** Waits for a place. Rejects with the signal's reason when it aborts first; the place in the queue is given up then. */
  take(priority: RequestPriority, signal?: AbortSignal): Promise<Place> {
    return new Promise<Place>((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = () => {
        this.#queue.remove(enter);
        this.#stayAwake();
        reject(signal?.reason);
      };
      const enter = (place: Place) => {
        signal?.removeEventListener('abort', giveUp);
        resolve(place);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#queue.add(priority, enter);
      this.#admit();
    });
  }

  /** Half of the places are free, and nobody waits for one. */
  get hasRoom(): boolean {
    return this.#isOpen && this.#queue.size === 0 && this.#taken * 2 <= this.#limit;
  }

  /** Takes a place for the placement that follows, which must not wait once its attempt is committed. */
  async reserve(signal?: AbortSignal): Promise<void> {
    this.#keepReserved(await this.take('placement', signal));
  }

  /** The same without waiting: false when no place is free, or when others wait for it. */
  tryReserve(): boolean {
    if (!this.#isOpen || this.#queue.size > 0) return false;
    this.#taken += 1;
    this.#keepReserved(this.#place());
    return true;
  }

  /** The oldest reserved place; whose it was does not matter, only that as many go out as were counted. */
  reserved(): Place | undefined {
    return this.#reserved.shift();
  }

  /** For a placement whose reserved place lapsed: it goes out all the same, and is counted as soon as there is room. */
  unreserved(): Place {
    return { use: () => this.#countLate(), answered: () => undefined, release: () => undefined };
  }

  /** How long nothing goes out from now on; 0 when it does. */
  get pausedForMs(): number {
    return this.#endOfPause === null ? 0 : Math.max(0, this.#pausedUntilMs - performance.now());
  }

  /**
   * The exchange says that it was too much: nothing more goes out for a while, longer each time until one gets through.
   * False when that was known already: other requests were on their way.
   */
  pause(namedMs: number | null): boolean {
    if (this.#endOfPause !== null) return false;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS);
    const named = namedMs !== null && namedMs > 0 && namedMs <= LONGEST_NAMED_PAUSE_MS;
    this.standStill(named ? namedMs : this.#pauseMs);
    return true;
  }

  /** Nothing goes out for so long, or for as long as it is paused already, whichever is longer. */
  standStill(ms: number): void {
    if (ms <= this.pausedForMs) return;
    if (this.#endOfPause !== null) clearTimeout(this.#endOfPause);
    this.#pausedUntilMs = performance.now() + ms;
    this.#endOfPause = setTimeout(() => {
      this.#endOfPause = null;
      this.#admit();
    }, ms).unref();
  }

  /** An answer other than "too much" ends the growth of the pauses. */
  accepted(): void {
    if (this.#endOfPause === null) this.#pauseMs = 0;
  }

  get #isOpen(): boolean {
    return this.#endOfPause === null && this.#taken < this.#limit;
  }

  #keepReserved(place: Place): void {
    this.#reserved.push(place);
    setTimeout(() => {
      this.#reserved = this.#reserved.filter((other) => other !== place);
    }, UNUSED_MS).unref();
  }

  #admit(): void {
    while (this.#isOpen) {
      const enter = this.#queue.next();
      if (enter === undefined) break;
      this.#taken += 1;
      enter(this.#place());
    }
    this.#stayAwake();
  }

  #stayAwake(): void {
    if (this.#queue.size > 0 && this.#limit > 0) {
      this.#awake ??= setInterval(() => undefined, WINDOW_MS);
    } else if (this.#awake !== null) {
      clearInterval(this.#awake);
      this.#awake = null;
    }
  }

  #place(): Place {
    let isTaken = true;
    const free = () => {
      isTaken = false;
      this.#taken -= 1;
      this.#admit();
    };
    let timer = setTimeout(free, UNUSED_MS).unref();
    let usedAtMs = Infinity;
    const freeIn = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(free, ms).unref();
    };
    return {
      use: () => {
        if (!isTaken) return this.#countLate();
        usedAtMs = performance.now();
        freeIn(WINDOW_MS);
      },
      answered: () => {
        if (isTaken) freeIn(Math.max(SECOND_MS, usedAtMs + WINDOW_MS - performance.now()));
      },
      release: () => {
        if (!isTaken || usedAtMs !== Infinity) return;
        clearTimeout(timer);
        free();
      },
    };
  }

  /** A request whose place lapsed goes out all the same, and is counted as soon as there is room. */
  #countLate(): void {
    this.take('placement').then(
      (place) => place.use(),
      () => undefined,
    );
  }
}
