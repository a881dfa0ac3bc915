/** What happens at which time of a rest, and when the clock is exact for it. */
import { START_MS } from '../surroundings.ts';
import type { World } from '../world.ts';

const EXACT_BEFORE_MS = 30_000;
const EXACT_AFTER_MS = 60_000;

/** Times are counted from the beginning of the life. */
export class Calendar {
  readonly #world: World;
  readonly #leastWaitMs: number;
  readonly #exact: { fromMs: number; toMs: number }[] = [];

  constructor(world: World, leastWaitMs: number) {
    this.#world = world;
    this.#leastWaitMs = leastWaitMs;
  }

  at(ms: number, act: () => void): void {
    const { temporal, surroundings } = this.#world;
    surroundings.scheduler.after(ms, temporal.process, act);
  }

  exactly(fromMs: number, toMs: number = fromMs): void {
    this.#exact.push({ fromMs: fromMs - EXACT_BEFORE_MS, toMs: toMs + EXACT_AFTER_MS });
  }

  enter(ms: number, act: () => void): void {
    this.exactly(ms);
    this.at(ms, act);
  }

  begin(): void {
    const { scheduler } = this.#world.surroundings;
    const change = (): void => {
      const ms = scheduler.nowMs - START_MS;
      const isExact = this.#exact.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
      scheduler.leastWaitMs = isExact ? 0 : this.#leastWaitMs;
    };
    for (const { fromMs, toMs } of this.#exact) for (const ms of [fromMs, toMs]) if (ms > 0) this.at(ms, change);
  }
}
