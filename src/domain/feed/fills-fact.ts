/** What an ended trade's recorded fills say, as a fact. */
import type { Fill } from '../order/exchange-order.ts';
import type { FillsFact } from '../order/fact.ts';
import { addUpTo, isMoreThan, totalsOf, wasAdjusted, type FillTotals } from '../order/fill-totals.ts';
import type { Trade } from '../order/trade.ts';

export interface RecordedFills {
  fills: readonly Fill[];
  totals: FillTotals;
}

export function withTotals(fills: readonly Fill[]): RecordedFills {
  return { fills, totals: totalsOf(fills) };
}

export interface FillsKnown {
  /** As the exchange showed it; null where it was not asked, or did not answer. */
  shownSize: string | null;
  overdue: boolean;
}

/**
 * The key holds what the fact says, and the version of the row that it is said of: the same is applied once, by whichever
 * feed, and again after the row has changed.
 */
export function fillsFact(trade: Trade, { fills, totals }: RecordedFills, known: FillsKnown, nowMs: number): FillsFact {
  const { shownSize, overdue } = known;
  const said = [fills.length, totals.size, totals.fees, shownSize, overdue];
  return {
    type: 'fills',
    key: `fills/${trade.updatedAt}/${said.join('/')}`,
    at: new Date(nowMs).toISOString(),
    fillCount: fills.length,
    totals,
    shownSize,
    overdue,
  };
}

/** Only the order itself shows whether its filled size has changed; that is worth a request where there is reason to expect it. */
export function needsShownSize(trade: Trade, { fills, totals }: RecordedFills, overdue: boolean): boolean {
  if (fills.length > 0 && addUpTo(totals, trade.filledSize)) return false;
  return overdue || isMoreThan(totals, trade.filledSize) || wasAdjusted(fills);
}
