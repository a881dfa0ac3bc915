/**
 * When the exchange had nobody on its push although a worker was there: the feed was away, because its worker had died and
 * no other had taken it over. How long a worker needs to start is the machine's affair.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.ts';
import type { WorkerProcess } from '../worker-process.ts';

const LOOK_EVERY_MS = 20;

export class FeedWatch {
  readonly #simulator: Simulator;
  readonly #workers: readonly WorkerProcess[];
  /** Those that are over. */
  readonly absencesMs: number[] = [];
  #goneSinceMs: number | null = null;

  constructor(simulator: Simulator, workers: readonly WorkerProcess[]) {
    this.#simulator = simulator;
    this.#workers = workers;
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
      const hasWorker = this.#workers.some(({ readySinceMs }) => readySinceMs !== null);
      if (!this.isThere) this.#goneSinceMs = hasWorker ? (this.#goneSinceMs ?? nowMs) : null;
      else if (this.#goneSinceMs !== null) {
        this.absencesMs.push(nowMs - this.#goneSinceMs);
        this.#goneSinceMs = null;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
