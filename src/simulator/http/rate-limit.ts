/** At most so many requests in any second. */
export class RateLimit {
  #requestsPerSecond: number | null = null;
  /** The times of the requests of the last second, oldest first. */
  #recent: number[] = [];

  /** Null lifts the limit. */
  set(requestsPerSecond: number | null): void {
    this.#requestsPerSecond = requestsPerSecond;
  }

  /** False if the request is one too many; it is not counted then. */
  take(now: number): boolean {
    if (this.#requestsPerSecond === null) return true;
    this.#recent = this.#recent.filter((time) => time > now - 1000);
    if (this.#recent.length >= this.#requestsPerSecond) return false;
    this.#recent.push(now);
    return true;
  }
}
