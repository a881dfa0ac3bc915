/** When the exchange's list of open orders is to be asked for, of more orders than are asked for by id. */
import type { TrackedOrder } from './tracked-order.ts';

/** While changes are pushed, the list only finds what push has missed. */
const EVERY_MS = 30_000;

export class OpenList {
  #dueAtMs: number | null = null;
  #askedAtMs: number | null = null;
  #isOut = false;

  /** The next sweep asks for it at once, whenever the last one did. */
  soon(): void {
    this.#askedAtMs = null;
  }

  /**
   * A sweep of the covered orders begins; answers whether it includes the list. That comes half a round after the
   * account's fills, but the first time at once: what those say is reported by then, which a list of thousands would be in
   * the way of, and what it lacks has ended since.
   */
  begin(
    covered: readonly TrackedOrder[],
    { isPushed, roundMs }: { isPushed: boolean; roundMs: number },
    nowMs: number,
  ): boolean {
    if (this.#isOut) return false;
    if (this.#dueAtMs !== null) return true;
    const longestMs = everyMs(covered);
    if (isPushed && this.#askedAtMs !== null && nowMs - this.#askedAtMs < longestMs) return false;
    const afterMs = Math.min(roundMs, longestMs) / 2;
    this.#dueAtMs = this.#askedAtMs === null ? nowMs : nowMs + afterMs;
    return true;
  }

  /** True once it is due; then it counts as asked. */
  takeDue(nowMs: number): boolean {
    if (this.#dueAtMs === null || this.#dueAtMs > nowMs) return false;
    this.#dueAtMs = null;
    this.#askedAtMs = nowMs;
    this.#isOut = true;
    return true;
  }

  answered(): void {
    this.#isOut = false;
  }
}

/** In time for those that count as unconfirmed after a shorter while, too. */
function everyMs(covered: readonly TrackedOrder[]): number {
  return covered.reduce((least, { trade }) => Math.min(least, trade.policy.monitorForMs / 2), EVERY_MS);
}
