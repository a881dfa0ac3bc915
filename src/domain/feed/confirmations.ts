/**
 * When the open orders were last confirmed, small enough for a heartbeat: a feed that is taken over by another worker
 * must not count its orders as newly confirmed. One time holds for all of them; those that have not been confirmed for
 * a while stand by themselves, the oldest ones if they are many. So the time that holds for all is never later than the
 * truth.
 */
import { isRecord } from '../field-error.ts';
import { needsConfirmation, type TrackedOrder } from './tracked-order.ts';

/** Longer than any healthy order waits for its confirmation. */
const OVERDUE_MS = 60_000;
/** With ids of 128 characters these take 30 kB; a heartbeat may have 2 MiB. */
const MAX_OVERDUE = 200;
/** A takeover leaves an order at least so long, so that the first sweep comes before a report. */
const GRACE_MS = 10_000;

export interface Confirmations {
  sinceMs: number;
  overdue: [clientOrderId: string, confirmedAtMs: number][];
}

export function confirmationsOf(orders: Iterable<TrackedOrder>, nowMs: number): Confirmations {
  const resting = [...orders].filter(({ trade }) => needsConfirmation(trade));
  const overdue = resting
    .filter(({ confirmedAtMs }) => nowMs - confirmedAtMs > OVERDUE_MS)
    .toSorted((a, b) => a.confirmedAtMs - b.confirmedAtMs)
    .slice(0, MAX_OVERDUE);
  const isListed = new Set(overdue);
  const sinceMs = resting.reduce(
    (least, order) => (isListed.has(order) ? least : Math.min(least, order.confirmedAtMs)),
    nowMs,
  );
  return { sinceMs, overdue: overdue.map(({ trade, confirmedAtMs }) => [trade.clientOrderId, confirmedAtMs]) };
}

/** When the order counts as confirmed for the feed that takes over; without saved confirmations, now. */
export function confirmedBefore(
  saved: Confirmations | null,
  { clientOrderId, monitorForMs, checkedAtMs }: { clientOrderId: string; monitorForMs: number; checkedAtMs: number },
  nowMs: number,
): number {
  if (saved === null) return nowMs;
  const savedMs = saved.overdue.find(([id]) => id === clientOrderId)?.[1] ?? saved.sinceMs;
  const leftMs = Math.min(GRACE_MS, monitorForMs);
  return Math.min(nowMs, Math.max(savedMs, checkedAtMs, nowMs - monitorForMs + leftMs));
}

/** Null for anything else: what a heartbeat holds is no type. */
export function readConfirmations(value: unknown): Confirmations | null {
  if (!isRecord(value) || typeof value.sinceMs !== 'number' || !Array.isArray(value.overdue)) return null;
  const overdue = value.overdue.filter(
    (entry): entry is [string, number] =>
      Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number',
  );
  return { sinceMs: value.sinceMs, overdue };
}
