/** When the account's fills are to be asked for, and since when. */
import type { Fill } from '../order/exchange-order.ts';
import { sharedPriority, type AccountFillsPoll } from './polls.ts';

/** Fills may be listed late. Those of our ended orders that come later still are asked for by order. */
const OVERLAP_MS = 10_000;
/** At the start nothing is known of the exchange's clock, which may be minutes off. */
const FIRST_REACH_MS = 600_000;
/** After a longer time without an answer reconciliation finds the rest. */
const MAX_REACH_MS = 3_600_000;
/** A fill further in the future than clocks differ is not believed: it would hide all that come after it. */
const MAX_SKEW_MS = 600_000;
/** Orders that fill at once are open for so short a time that nothing may ever be seen open. */
const ROUND_MS = 2_000;
/** Corrections may come days after the order. */
const IDLE_ROUND_MS = 10_000;

export class AccountFills {
  /** When the newest known fill was entered, by the exchange's clock. */
  #newestMs: number | null;
  #roundAtMs = -Infinity;
  #askedAtMs = -Infinity;
  #isOut = false;

  constructor(newestMs: number | null) {
    this.#newestMs = newestMs;
  }

  get newestMs(): number | null {
    return this.#newestMs;
  }

  /** Null while it is not due, or while the question before is unanswered. */
  next({ roundMs, hasOpen, isPushed }: Round, nowMs: number): AccountFillsPoll | null {
    if (this.#isOut || nowMs - this.#roundAtMs < roundMs) return null;
    this.#isOut = true;
    this.#roundAtMs = nowMs;
    const isNeeded = hasOpen || nowMs - this.#askedAtMs >= IDLE_ROUND_MS;
    const priority = hasOpen ? sharedPriority(isPushed) : 'sweep';
    return { kind: 'account-fills', from: this.#from(nowMs), isNeeded, priority };
  }

  /** Null: it was not asked, or not answered; then the same is asked again. */
  answered(fills: readonly Fill[] | null, nowMs: number): void {
    this.#isOut = false;
    if (fills === null) return;
    this.#askedAtMs = this.#roundAtMs;
    for (const fill of fills) {
      const enteredMs = Date.parse(fill.sequenceTimestamp ?? fill.tradeTime);
      const isBelieved = enteredMs <= nowMs + MAX_SKEW_MS;
      if (isBelieved && enteredMs > (this.#newestMs ?? -Infinity)) this.#newestMs = enteredMs;
    }
  }

  #from(nowMs: number): string {
    const newestMs = this.#newestMs ?? nowMs - FIRST_REACH_MS;
    return new Date(Math.max(newestMs - OVERLAP_MS, nowMs - MAX_REACH_MS)).toISOString();
  }
}

export interface Round {
  roundMs: number;
  hasOpen: boolean;
  isPushed: boolean;
}

/** The least of the tracked orders' paces, and never slower than for orders that fill at once. */
export function roundMsOf(orders: Iterable<{ trade: { policy: { monitorIntervalMs: number } } }>): number {
  let roundMs = ROUND_MS;
  for (const { trade } of orders) roundMs = Math.min(roundMs, trade.policy.monitorIntervalMs);
  return roundMs;
}
