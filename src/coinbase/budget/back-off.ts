/** The pauses in which nothing goes out, because the exchange has answered that there were too many requests (429). */

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;
/** The longest pause that the exchange may ask for; a larger number is not a count of seconds. */
const MAX_RETRY_AFTER_MS = 60_000;

export class BackOff {
  readonly #onEnd: () => void;
  #nextPauseMs = 0;
  #endOfPause: NodeJS.Timeout | null = null;
  #pausedUntilMs = 0;

  /** `onEnd` is called when a pause is over. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get isPaused(): boolean {
    return this.#endOfPause !== null;
  }

  /** How long the pause still lasts; 0 when there is none. */
  get pausedForMs(): number {
    return this.isPaused ? Math.max(0, this.#pausedUntilMs - performance.now()) : 0;
  }

  /** After a 429: a pause as the exchange says, else one that grows each time until `reset`. False in a pause. */
  begin(retryAfterMs: number | null): boolean {
    if (this.isPaused) return false;
    this.#nextPauseMs = Math.min(Math.max(this.#nextPauseMs * 2, FIRST_PAUSE_MS), MAX_PAUSE_MS);
    const isUsable = retryAfterMs !== null && retryAfterMs > 0 && retryAfterMs <= MAX_RETRY_AFTER_MS;
    this.pauseFor(isUsable ? retryAfterMs : this.#nextPauseMs);
    return true;
  }

  /** For so long, or for as long as it is paused already, whichever is longer. */
  pauseFor(ms: number): void {
    if (ms <= this.pausedForMs) return;
    if (this.#endOfPause !== null) clearTimeout(this.#endOfPause);
    this.#pausedUntilMs = performance.now() + ms;
    this.#endOfPause = setTimeout(() => {
      this.#endOfPause = null;
      this.#onEnd();
    }, ms).unref();
  }

  /** After any other answer the next pause is short again. */
  reset(): void {
    if (!this.isPaused) this.#nextPauseMs = 0;
  }
}
