/** What the account's fills say: which of the watched orders were filled since they were last asked for. */
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import type { Questions } from './questions.ts';
import type { Watch, WatchList } from './watch-list.ts';

/** Fills may be listed late, and clocks differ. */
const OVERLAP_MS = 15_000;
/** After a longer time without this question the listing tells what was missed: the fills of a day are too many. */
const LONGEST_GAP_MS = 60_000;

export class AccountFills {
  readonly #exchange: Exchange;
  readonly #list: WatchList;
  readonly #questions: Questions;
  #askedAtMs = Date.now();
  #known = new Map<string, number>();
  #isAsked = false;

  constructor(exchange: Exchange, list: WatchList, questions: Questions) {
    this.#exchange = exchange;
    this.#list = list;
    this.#questions = questions;
  }

  /** The watched orders with fills that are new; none while the question before is unanswered, null without an answer. */
  async filledLately(): Promise<Watch[] | null> {
    if (this.#isAsked) return [];
    const nowMs = Date.now();
    const from = new Date(Math.max(this.#askedAtMs, nowMs - LONGEST_GAP_MS) - OVERLAP_MS).toISOString();
    this.#isAsked = true;
    const listed = await this.#questions
      .ask((signal) => this.#exchange.listFillsSince(from, 'sweep', signal))
      .finally(() => (this.#isAsked = false));
    if (listed instanceof ExchangeError) return null;
    this.#askedAtMs = nowMs;
    const filled = new Set<Watch>();
    for (const { entryId, orderId } of listed.fills) {
      const watch = this.#known.has(entryId) ? undefined : this.#list.find(null, orderId);
      // Of an order that is not watched yet, or that is being placed, it is news the next time.
      if (watch === undefined || watch.trade.status === 'placing') continue;
      this.#known.set(entryId, nowMs);
      filled.add(watch);
    }
    this.#forget(nowMs - LONGEST_GAP_MS - OVERLAP_MS);
    return [...filled];
  }

  /** What no question reaches back to. */
  #forget(beforeMs: number): void {
    for (const [entryId, atMs] of this.#known) {
      if (atMs >= beforeMs) return;
      this.#known.delete(entryId);
    }
  }
}
