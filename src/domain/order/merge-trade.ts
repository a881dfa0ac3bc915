/** What becomes of a trade when a change meets a row that may know better: the row's own history wins. */
import type { TradeChange } from './trade-change.ts';
import { isEnded, type Trade } from './trade.ts';

export interface MergedTrade {
  /** The trade as it shall be committed. */
  trade: Trade;
  /** The fields in which the change was not followed. */
  kept: string[];
}

/** What the exchange says of an order's execution; still made whole after the order has ended. */
const FIGURES = ['filledSize', 'averageFilledPrice', 'filledValue', 'totalFees', 'fillsComplete'] as const;

/** How an order stands; final once it has ended. */
const STANDING = [
  'status',
  'reason',
  'detectedBy',
  'immediateFill',
  'fillDetectedAt',
  'filledAt',
  'staleSince',
] as const;

const CHANGEABLE = ['orderId', ...STANDING, ...FIGURES] as const;
type Changeable = (typeof CHANGEABLE)[number];

/**
 * Decides field by field. Everything that is not listed above (the intent, the attempts, the row's own times) is the
 * row's and never comes from a change.
 */
export function mergeTrade(row: Trade, change: TradeChange): MergedTrade {
  const held = heldFields(row, change);
  const taken = CHANGEABLE.filter((field) => !held.includes(field));
  const fields = Object.fromEntries(taken.map((field) => [field, change.trade[field]])) as Partial<Trade>;
  return {
    trade: { ...row, ...fields },
    kept: held.filter((field) => row[field] !== change.trade[field]),
  };
}

function heldFields(row: Trade, change: TradeChange): readonly Changeable[] {
  // A change that has another order in mind, or that knows nothing yet of the row's, can say nothing about it.
  if (!isOfSameOrder(row, change)) return CHANGEABLE;
  if (!isEnded(row.status) || change.corrects) return [];
  const standing = STANDING.filter((field) => field !== 'filledAt' || !refinesFilledAt(row, change.trade));
  // A late look at the still open order has older figures than the end that is recorded.
  return isEnded(change.trade.status) ? standing : [...standing, ...FIGURES];
}

/** An exchange id may be set, and taken away from an order that proved not to be the one of the intent; never exchanged. */
function isOfSameOrder(row: Trade, change: TradeChange): boolean {
  if (row.orderId === null || row.orderId === change.trade.orderId) return true;
  return change.trade.orderId === null && change.cause === 'intent_mismatch';
}

/** Until the exchange tells its time of the fill, `filledAt` is when the fill was detected. */
function refinesFilledAt(row: Trade, next: Trade): boolean {
  const isProvisional = row.status === 'completed' && row.filledAt !== null && row.filledAt === row.fillDetectedAt;
  return isProvisional && next.filledAt !== null && next.filledAt !== next.fillDetectedAt;
}
