/** Timers by name, each of which can be reset. */
export class Deadlines<Name extends string> {
  readonly #timers = new Map<Name, NodeJS.Timeout>();

  /** Replaces one of the same name. */
  set(name: Name, ms: number, onExpired: () => void): void {
    this.clear(name);
    // What came while the process was busy is read first: on a machine that stood still, nobody else was late.
    const timer = setTimeout(
      () => setImmediate(() => this.#timers.get(name) === timer && this.#expire(name, onExpired)),
      ms,
    );
    this.#timers.set(name, timer);
  }

  has(name: Name): boolean {
    return this.#timers.has(name);
  }

  clear(name: Name): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  clearAll(): void {
    for (const name of this.#timers.keys()) this.clear(name);
  }

  #expire(name: Name, onExpired: () => void): void {
    this.#timers.delete(name);
    onExpired();
  }
}
