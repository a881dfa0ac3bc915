/**
 * The end of a watched order, which the feed writes down as soon as the order's workflow has been told of it. The workflow
 * decides the same from the same observation and commits it under the same key, so that one of the two does and the other
 * finds it done: a trade is as its history says, and its bot need not wait for a history to be replayed.
 */
import { changes } from './changes.ts';
import { PRESENT_EDITION } from './edition.ts';
import { mismatches } from './match-intent.ts';
import type { Observation } from './observation.ts';
import type { TradeChange } from './trade-change.ts';
import { stateOf, type Trade } from './trade.ts';

const BY_FEED = 'feed/';

/** The key of the end that is seen at `seenAt`: an order is told one thing at a time. */
export function toldEndKey(seenAt: string): string {
  return `${BY_FEED}${seenAt}`;
}

export function isToldEnd(changeKey: string): boolean {
  return changeKey.startsWith(BY_FEED);
}

/** What the workflow of a trade that stands like this decides; null where that is not certain without asking it. */
export function toldEnd(row: Trade, observation: Observation): TradeChange | null {
  const { order, changeKey } = observation;
  const state = stateOf(row);
  const isWatched = state === 'monitoring' || state === 'stale';
  if (changeKey === undefined || !isWatched || row.orderId !== order.orderId) return null;
  if (mismatches(row, order).length > 0) return null;

  const change = changes(() => observation.seenAt);
  const context = change.initial({ trade: row, resumed: true, edition: PRESENT_EDITION });
  const { trade = row, note } = change.ended(context, { type: 'OBSERVED', ...observation }, state);
  if (note === undefined) return null;
  const { alert: _alert, ...told } = note;
  return { ...told, key: changeKey, trade, state: stateOf(trade) };
}
