/** The open trades that the feed watches, and what it remembers of each between two looks. */
import { isImmediate } from '../../domain/order/order-configuration.ts';
import type { Told } from '../../domain/feed/news.ts';
import type { WatchedTrade } from '../../domain/order/watched-trade.ts';

/** The longest wait between two looks at an order that is stale or not found. */
const LONGEST_WAIT_MS = 60_000;
/** The open trades are read more often than this. */
const LATEST_NEWS_MS = 2_000;

export interface Watch {
  trade: WatchedTrade;
  told: Told | null;
  /** When an answer last showed the order open, or since when it is watched. */
  confirmedAtMs: number;
  dueAtMs: number;
  waitMs: number;
  /** Something speaks for a change, and no answer by id came since. */
  isSuspect: boolean;
  /** A question for it by itself, or with a few, is unanswered. */
  isAsked: boolean;
  /** When the last such question began; 0 before the first. */
  askedAtMs: number;
  /** That it is unconfirmed was told already. */
  isLost: boolean;
}

export class WatchList {
  #watches = new Map<string, Watch>();
  #byOrderId = new Map<string, Watch>();
  #isFirst = true;

  find(clientOrderId: string | null, orderId: string): Watch | undefined {
    return this.#byOrderId.get(orderId) ?? (clientOrderId === null ? undefined : this.#watches.get(clientOrderId));
  }

  /** As the order is watched now, since its trade may have been read anew; undefined when it is open no more. */
  present({ trade }: Watch): Watch | undefined {
    return this.#watches.get(trade.clientOrderId);
  }

  /** Takes over the trades that are open now. The first time all are due at once: nobody knows since when nobody looked. */
  replace(trades: readonly WatchedTrade[], nowMs: number): void {
    const before = this.#watches;
    this.#watches = new Map();
    this.#byOrderId = new Map();
    for (const trade of trades) this.#put(renewed(before.get(trade.clientOrderId), trade, nowMs, this.#isFirst));
    this.#isFirst = false;
  }

  /** A trade that was just found to be open. */
  add(trade: WatchedTrade, nowMs: number): Watch {
    const watch = renewed(this.#watches.get(trade.clientOrderId), trade, nowMs, false);
    this.#put(watch);
    return watch;
  }

  /** Those to be looked at now. An order that is being placed is looked at by its own activities. */
  due(nowMs: number): Watch[] {
    return [...this.#watches.values()].filter(({ trade, dueAtMs }) => trade.status !== 'placing' && dueAtMs <= nowMs);
  }

  /**
   * All of which one answer may tell: those that are due, and those that wait at their usual pace, so that in a crowd all
   * come to be due together.
   */
  known(nowMs: number): Watch[] {
    return [...this.#watches.values()].filter(
      ({ trade, dueAtMs, waitMs }) =>
        trade.orderId !== null &&
        trade.status !== 'placing' &&
        (dueAtMs <= nowMs || (trade.status === 'pending' && waitMs <= trade.policy.monitorIntervalMs)),
    );
  }

  /** After a gap nobody knows what was missed. */
  allDue(nowMs: number): void {
    for (const watch of this.#watches.values()) watch.dueAtMs = Math.min(watch.dueAtMs, nowMs);
  }

  /** Resting orders that no answer has confirmed for their window, each once until it is confirmed again. */
  lost(nowMs: number): Watch[] {
    const lost = [...this.#watches.values()].filter(
      ({ trade, confirmedAtMs, isLost }) =>
        !isLost &&
        nowMs - confirmedAtMs >= trade.policy.monitorForMs &&
        trade.status === 'pending' &&
        !isImmediate(trade.orderConfiguration),
    );
    for (const watch of lost) watch.isLost = true;
    return lost;
  }

  #put(watch: Watch): void {
    this.#watches.set(watch.trade.clientOrderId, watch);
    if (watch.trade.orderId !== null) this.#byOrderId.set(watch.trade.orderId, watch);
  }
}

/** In the next sweep; of an order that is still being placed, in the first one after that. */
export function lookSoon(watch: Watch): void {
  watch.dueAtMs = 0;
}

/** The order is asked about: its wait is counted from here, however late the answer comes. */
export function asked(watch: Watch, nowMs: number): void {
  watch.dueAtMs = nowMs + watch.waitMs;
}

/** The same, by itself or with a few. To be followed by `isAsked = false`. */
export function askedByItself(watch: Watch, nowMs: number): void {
  watch.isAsked = true;
  watch.askedAtMs = nowMs;
  asked(watch, nowMs);
}

/** An answer showed the order. */
export function seen(watch: Watch, { isOpen }: { isOpen: boolean }, nowMs: number): void {
  watch.isSuspect = false;
  if (isOpen) {
    watch.confirmedAtMs = nowMs;
    watch.isLost = false;
  }
  wait(watch, watch.trade.status === 'pending' ? watch.trade.policy.monitorIntervalMs : longer(watch));
}

/** An answer did not show the order, which proves nothing. */
export function unseen(watch: Watch): void {
  watch.isSuspect = false;
  wait(watch, longer(watch));
}

function wait(watch: Watch, waitMs: number): void {
  watch.dueAtMs += waitMs - watch.waitMs;
  watch.waitMs = waitMs;
}

function longer({ waitMs, trade }: Watch): number {
  return Math.min(Math.max(waitMs, trade.policy.monitorIntervalMs) * 2, LONGEST_WAIT_MS);
}

function renewed(before: Watch | undefined, trade: WatchedTrade, nowMs: number, isFirst: boolean): Watch {
  if (before !== undefined && before.trade.status === trade.status && before.trade.orderId === trade.orderId) {
    return Object.assign(before, { trade });
  }
  const waitMs = trade.policy.monitorIntervalMs;
  // It was looked at when it came to stand as it does, unless it stands so since long.
  const sinceMs = Math.max(Date.parse(trade.updatedAt), nowMs - LATEST_NEWS_MS);
  return {
    trade,
    // What was told of it while it stood otherwise may be news to it now.
    told: null,
    confirmedAtMs: Math.max(before?.confirmedAtMs ?? 0, sinceMs),
    waitMs,
    dueAtMs: isFirst || before?.dueAtMs === 0 ? nowMs : sinceMs + waitMs,
    isSuspect: before?.isSuspect ?? false,
    isAsked: false,
    askedAtMs: before?.askedAtMs ?? 0,
    isLost: false,
  };
}
