/**
 * Changes that are committed before the order's machine has judged what they follow from, by whoever has seen it: the
 * machine would decide the same, so that a bot need not wait for a workflow's task, or for a history to be replayed.
 */
import { changes, type Update } from './changes.ts';
import { PRESENT_EDITION } from './edition.ts';
import { mismatches } from './match-intent.ts';
import type { Alert, FillsOutcome, ObservedEvent, OrderContext } from './order-context.ts';
import type { TradeChange } from './trade-change.ts';
import { isEnded, stateOf, type Trade } from './trade.ts';

export interface EarlyChange {
  change: TradeChange;
  alert: Alert | null;
}

/** The end that is seen of an order; null where it is not certain that the machine finds it so. */
export function earlyEnd(row: Trade, seen: Omit<ObservedEvent, 'type'>, key: string): EarlyChange | null {
  const state = stateOf(row);
  if (state === 'placed' || isEnded(row.status) || row.orderId !== seen.order.orderId) return null;
  if (mismatches(row, seen.order).length > 0) return null;
  return withKey(row, changes(() => seen.seenAt).ended(contextOf(row), { type: 'OBSERVED', ...seen }, state), key);
}

/** What an ended order's fills make of it; null where it has not ended. */
export function earlyFills(row: Trade, fills: FillsOutcome, key: string): EarlyChange | null {
  if (!isEnded(row.status)) return null;
  const { recorded: _recorded, ...found } = fills;
  return withKey(row, changes(noTime).fillsTaken(contextOf(row), found), key);
}

function contextOf(trade: Trade): OrderContext {
  return changes(noTime).initial({ trade, resumed: true, edition: PRESENT_EDITION });
}

function withKey(row: Trade, { trade = row, note }: Update, key: string): EarlyChange | null {
  if (note === undefined) return null;
  const { alert, ...why } = note;
  return { change: { ...why, key, trade, state: stateOf(trade) }, alert };
}

function noTime(): never {
  throw new Error('what is seen has its own time');
}
