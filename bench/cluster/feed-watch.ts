/**
 * When nothing was subscribed to the exchange's push although a worker was ready: the worker that ran the feed had died,
 * and no other had taken it over yet. The time that a worker needs to start is not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.ts';
import type { WorkerProcess } from '../worker-process.ts';

const LOOK_EVERY_MS = 20;

export class FeedWatch {
  readonly #simulator: Simulator;
  readonly #workers: readonly WorkerProcess[];
  /** Absences that have ended. */
  readonly absencesMs: number[] = [];
  #goneSinceMs: number | null = null;

  constructor(simulator: Simulator, workers: readonly WorkerProcess[]) {
    this.#simulator = simulator;
    this.#workers = workers;
  }

  get isSubscribed(): boolean {
    return this.#simulator.userChannel.subscriberCount > 0;
  }

  /** Includes the current absence. */
  get longestAbsenceMs(): number {
    const presentMs = this.#goneSinceMs === null ? 0 : performance.now() - this.#goneSinceMs;
    return Math.max(0, presentMs, ...this.absencesMs);
  }

  /** Polls until `stop`; never rejects. */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const nowMs = performance.now();
      const hasWorker = this.#workers.some(({ readySinceMs }) => readySinceMs !== null);
      if (!this.isSubscribed) this.#goneSinceMs = hasWorker ? (this.#goneSinceMs ?? nowMs) : null;
      else if (this.#goneSinceMs !== null) {
        this.absencesMs.push(nowMs - this.#goneSinceMs);
        this.#goneSinceMs = null;
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}
