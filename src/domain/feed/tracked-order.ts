/** What the feed remembers of one open order between two questions. All times are this process's own. */
import { isImmediate } from '../order/order-configuration.ts';
import type { TrackedTrade } from '../order/trade.ts';
import type { Reported } from './news.ts';

/** The longest wait between two questions about an order that is stale or not found. */
const MAX_WAIT_MS = 60_000;

export interface TrackedOrder {
  trade: TrackedTrade;
  /** When `trade` was learnt: a row that was read before that is older. */
  knownAtMs: number;
  /** Null: whatever the exchange shows is compared with the row alone. */
  reported: Reported | null;
  /** When an answer last showed the order open, or since when it is tracked as it stands. */
  confirmedAtMs: number;
  dueAtMs: number;
  waitMs: number;
  /** Something speaks for a change, and no answer by id came since. */
  isSuspect: boolean;
  /** To be asked for by id as soon as a request may be sent. */
  isWanted: boolean;
  /** A question for it, alone or with a few others, is unanswered. */
  isAsked: boolean;
  /** When the last such question began; 0 before the first. */
  askedAtMs: number;
  /** That it is unconfirmed was reported already. */
  isReportedUnconfirmed: boolean;
}

export type TrackedTimes = Pick<TrackedOrder, 'knownAtMs' | 'confirmedAtMs' | 'dueAtMs'>;

/** The trade read again: what is known of it is kept. False where its status or id has changed, so that it is to be tracked afresh. */
export function refresh(order: TrackedOrder, trade: TrackedTrade, knownAtMs: number): boolean {
  if (order.trade.status !== trade.status || order.trade.orderId !== trade.orderId) return false;
  const confirmedAtMs = Math.max(order.confirmedAtMs, Math.min(lastCheckedMs(trade), knownAtMs));
  Object.assign(order, { trade, knownAtMs, confirmedAtMs });
  return true;
}

/** A trade that is new, or has another status or id than `before`. */
export function trackedAs(trade: TrackedTrade, before: TrackedOrder | undefined, at: TrackedTimes): TrackedOrder {
  return {
    trade,
    ...at,
    reported: null,
    waitMs: pollIntervalMs(trade),
    // What was pushed while it was being placed is looked at as soon as it can be.
    dueAtMs: before?.dueAtMs === 0 ? 0 : at.dueAtMs,
    isSuspect: before?.isSuspect ?? false,
    isWanted: before?.isWanted ?? false,
    isAsked: false,
    askedAtMs: before?.askedAtMs ?? 0,
    isReportedUnconfirmed: false,
  };
}

/** By the clock of whoever saw the order last; 0 where nobody has. */
export function lastCheckedMs({ lastCheckedAt }: TrackedTrade): number {
  return lastCheckedAt === null ? 0 : Date.parse(lastCheckedAt);
}

/** Whether it must be confirmed now and then: a resting order may stay open for ever, one that is stale is reported. */
export function needsConfirmation({ status, orderConfiguration }: TrackedTrade): boolean {
  return status === 'pending' && !isImmediate(orderConfiguration);
}

/** The pace of its policy; a resting order with a short window is asked about often enough to be confirmed within it. */
export function pollIntervalMs(trade: TrackedTrade): number {
  const { monitorIntervalMs, monitorForMs } = trade.policy;
  return needsConfirmation(trade) ? Math.min(monitorIntervalMs, monitorForMs / 3) : monitorIntervalMs;
}

/** Asked about: its wait counts from here, however late the answer comes. */
export function asked(order: TrackedOrder, nowMs: number): void {
  order.dueAtMs = nowMs + order.waitMs;
}

/** The same, alone or with a few others; `isAsked` is cleared by the answer. */
export function askedById(order: TrackedOrder, nowMs: number): void {
  Object.assign(order, { isAsked: true, isWanted: false, askedAtMs: nowMs });
  asked(order, nowMs);
}

/** An answer showed the order. */
export function seen(order: TrackedOrder, { isOpen }: { isOpen: boolean }, nowMs: number): void {
  order.isSuspect = order.isWanted;
  if (isOpen) {
    order.confirmedAtMs = nowMs;
    order.isReportedUnconfirmed = false;
  }
  wait(order, order.trade.status === 'pending' ? pollIntervalMs(order.trade) : longer(order));
}

/** Something speaks for a change; an answer that is under way may not show it. */
export function suspect(order: TrackedOrder): void {
  Object.assign(order, { isSuspect: true, isWanted: true });
}

/** An answer did not show the order, which proves nothing. */
export function unseen(order: TrackedOrder): void {
  order.isSuspect = order.isWanted;
  wait(order, longer(order));
}

function wait(order: TrackedOrder, waitMs: number): void {
  order.dueAtMs += waitMs - order.waitMs;
  order.waitMs = waitMs;
}

function longer({ waitMs, trade }: TrackedOrder): number {
  return Math.min(Math.max(waitMs, trade.policy.monitorIntervalMs) * 2, MAX_WAIT_MS);
}
