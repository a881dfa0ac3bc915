/** When the exchange had nobody on its push: the feed was away, because its worker had died and no other had taken it over. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.ts';

const LOOK_EVERY_MS = 20;

export class FeedWatch {
  readonly #simulator: Simulator;
  /** Those that are over. */
  readonly absencesMs: number[] = [];
  #goneSinceMs: number | null = null;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  get isThere(): boolean {
    return this.#simulator.userChannel.subscriberCount > 0;
  }

  /** The present absence counts as well. */
  get longestAbsenceMs(): number {
    const presentMs = this.#goneSinceMs === null ? 0 : performance.now() - this.#goneSinceMs;
    return Math.max(0, presentMs, ...this.absencesMs);
  }

  /** Looks until `stop`; never rejects. */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const nowMs = performance.now();
      if (!this.isThere) this.#goneSinceMs ??= nowMs;
      else if (this.#goneSinceMs !== null) {
        this.absencesMs.push(nowMs - this.#goneSinceMs);
        this.#goneSinceMs = null;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
