/**
 * The requests that count against the limit. A slot stays taken until a second after the exchange has counted its
 * request. That is certain once the request is answered, and all but certain once a later one is: until then the network
 * may hold it back, and deliver it together with others.
 */

/** A second, and a little more, because requests don't all travel equally fast. */
const WINDOW_MS = 1_050;
const SECOND_MS = 1_000;
/** A slot that nobody uses is free again after this; a database transaction takes milliseconds. */
export const UNUSED_MS = 2_000;

/** The right to send one request. */
export interface RequestSlot {
  /** To be called as the request goes out. */
  markSent(): void;
  /** To be called when its answer begins to come. */
  markAnswered(): void;
  /** To be called at its end: gives the slot back at once if nothing went out, and in a second if no answer came. */
  release(): void;
}

interface Request {
  sentAtMs: number | null;
  isFree: boolean;
  timer?: NodeJS.Timeout;
}

export class RequestSlots {
  readonly #onFree: () => void;
  readonly #onSentLate: () => void;
  #taken = 0;
  /** Sent, and neither they nor any sent after them have been answered; the oldest first. */
  #uncounted: Request[] = [];

  /**
   * @param onFree - Called whenever a slot is free again.
   * @param onSentLate - Called when a request goes out whose slot has lapsed, because it was unused for too long.
   */
  constructor(onFree: () => void, onSentLate: () => void) {
    this.#onFree = onFree;
    this.#onSentLate = onSentLate;
  }

  get taken(): number {
    return this.#taken;
  }

  take(): RequestSlot {
    this.#taken += 1;
    const request: Request = { sentAtMs: null, isFree: false };
    this.#freeIn(request, UNUSED_MS);
    return {
      markSent: () => this.#markSent(request),
      markAnswered: () => this.#markAnswered(request),
      release: () => this.#release(request),
    };
  }

  #markSent(request: Request): void {
    if (request.isFree) return this.#onSentLate();
    clearTimeout(request.timer);
    request.sentAtMs = performance.now();
    this.#uncounted.push(request);
  }

  #markAnswered(request: Request): void {
    const upToIt = this.#uncounted.splice(0, this.#uncounted.indexOf(request) + 1);
    for (const counted of new Set([...upToIt, request])) this.#freeWhenCounted(counted);
  }

  #release(request: Request): void {
    if (request.sentAtMs === null) {
      if (!request.isFree) this.#free(request);
    } else if (this.#uncounted.includes(request)) {
      this.#uncounted = this.#uncounted.filter((other) => other !== request);
      this.#freeWhenCounted(request);
    }
  }

  #freeWhenCounted(request: Request): void {
    if (request.isFree || request.sentAtMs === null) return;
    this.#freeIn(request, Math.max(SECOND_MS, request.sentAtMs + WINDOW_MS - performance.now()));
  }

  /** The timer does not keep the process alive. */
  #freeIn(request: Request, ms: number): void {
    clearTimeout(request.timer);
    request.timer = setTimeout(() => this.#free(request), ms).unref();
  }

  #free(request: Request): void {
    clearTimeout(request.timer);
    request.isFree = true;
    this.#taken -= 1;
    this.#onFree();
  }
}
