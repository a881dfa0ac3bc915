/** The exchange's time, and its timers, which are all cleared when it is closed. */

/** setTimeout fires at once for a longer wait than this, so longer ones are waited for in stages. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export class Clock {
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;
  /** How far it is ahead of this machine's; negative where it is behind. */
  offsetMs = 0;

  now(): number {
    return Date.now() + this.offsetMs;
  }

  /** Runs `action` after `delayMs`, unless the clock is closed before. */
  after(delayMs: number, action: () => void): void {
    if (this.#closed) return;
    const waitMs = Math.min(delayMs, MAX_TIMEOUT_MS);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (delayMs > waitMs) this.after(delayMs - waitMs, action);
      else action();
    }, waitMs);
    this.#timers.add(timer);
  }

  /** Runs `action` again and again until the clock is closed. */
  every(intervalMs: number, action: () => void): void {
    this.after(intervalMs, () => {
      action();
      this.every(intervalMs, action);
    });
  }

  /** Never resolves if the clock is closed before. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
