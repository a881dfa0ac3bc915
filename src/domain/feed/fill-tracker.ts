/** The fills of all orders alike: they come by the account's list, and complete the trades that have ended. */
import type { Fill } from '../order/exchange-order.ts';
import { isEnded, type Trade } from '../order/trade.ts';
import { AccountFills, type Round } from './account-fills.ts';
import type { OrderFillsPoll, Poll } from './polls.ts';
import { WaitingFills } from './waiting-fills.ts';

export class FillTracker {
  readonly waiting = new WaitingFills();
  readonly #account: AccountFills;
  /** Orders with new fills that did not wait for any: open ones, or ended ones that are being corrected. */
  #unexpected = new Set<string>();
  /** The feed before has asked for the fills until `newestMs`, and what it waited for was not kept. */
  #isTakeover: boolean;

  constructor(newestMs: number | null) {
    this.#account = new AccountFills(newestMs);
    this.#isTakeover = newestMs !== null;
  }

  /** When the newest known fill was entered, by the exchange's clock. */
  get newestMs(): number | null {
    return this.#account.newestMs;
  }

  next(round: Round, nowMs: number): Poll[] {
    const polls = [this.#account.next(round, nowMs), this.waiting.next(nowMs)];
    return polls.filter((poll) => poll !== null);
  }

  /** Whether the account's list can be of use to one of the trades that had ended before it is asked for. */
  isAwaited(ended: readonly Trade[], nowMs: number): boolean {
    return this.#unexpected.size > 0 || ended.some((trade) => !this.waiting.isOverdue(trade, nowMs));
  }

  /** Null: the account's list was not asked for, or not answered. */
  accountAnswered(fills: readonly Fill[] | null, nowMs: number): void {
    this.#account.answered(fills, nowMs);
  }

  /**
   * The trades to be looked at after an answer: of the ended ones (read before it was asked for) those that are new, and
   * those that have new fills. Those whose fills are listed late are not among them, but asked for by order: the account's
   * list, which reaches back a few seconds, may show the last of their fills and not those before, and a fill and its
   * reversal are not missed in a sum.
   */
  touched(ended: readonly Trade[], filled: ReadonlySet<string>, nowMs: number): Trade[] {
    const changed = new Set(this.waiting.changed(ended));
    const touched = ended.filter((trade) => changed.has(trade) || filled.has(trade.orderId ?? ''));
    const isLate = (trade: Trade): boolean => this.#isTakeover || this.waiting.isLate(trade);
    const late = touched.filter(isLate);
    const prompt = touched.filter((trade) => !isLate(trade));
    for (const trade of late) this.waiting.late(trade, nowMs);
    this.#isTakeover = false;
    return prompt;
  }

  /**
   * The exchange's ids of orders that got fills in the round before and are neither open nor waiting by now: their trades
   * were complete. Those of this round are kept for the next one, because they may have ended a moment ago.
   */
  takeUnexpected(ended: readonly Trade[], filled: ReadonlySet<string>, isOpen: (orderId: string) => boolean): string[] {
    const waiting = new Set(ended.map(({ orderId }) => orderId));
    const isExpected = (orderId: string): boolean => waiting.has(orderId) || isOpen(orderId);
    const before = [...this.#unexpected].filter((orderId) => !isExpected(orderId));
    this.#unexpected = new Set([...filled].filter((orderId) => !waiting.has(orderId)));
    return before;
  }

  /** They could not be looked at. */
  unexpectedAgain(orderIds: readonly string[]): void {
    for (const orderId of orderIds) this.#unexpected.add(orderId);
  }

  /** How a trade stands after its fills were looked at. One that is still recorded as complete is looked at again. */
  settled(trade: Trade, { isComplete }: { isComplete: boolean }, nowMs: number): void {
    if (isComplete || !isEnded(trade.status)) this.waiting.complete(trade.orderId);
    else if (!trade.fillsComplete) this.waiting.wait(trade, nowMs);
    else if (trade.orderId !== null) this.#unexpected.add(trade.orderId);
  }

  fillsAnswered(poll: OrderFillsPoll): Trade[] {
    return this.waiting.answered(poll);
  }
}
