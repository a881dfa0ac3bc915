/** The one rule for what becomes of a trade (the decider pattern: every change of a row is what this makes of a fact). */
import type { Decision } from './decision.ts';
import { cancelAnswered, cancelRequested } from './decisions/cancellation.ts';
import { fillsListed } from './decisions/fills.ts';
import { checked, observed } from './decisions/observation.ts';
import { noted, reclaimed, resolved } from './decisions/operator.ts';
import { accepted, denied, mismatched, outcomeUnknown, placementClosed, refused } from './decisions/placement.ts';
import { unconfirmed, windowClosed } from './decisions/staleness.ts';
import type { Fact } from './fact.ts';
import type { Trade } from './trade.ts';

/** Null where the fact brings nothing new: it is older than what the row knows, or the row knows it already. */
export function decide(trade: Trade, fact: Fact): Decision | null {
  switch (fact.type) {
    case 'accepted':
      return accepted(trade, fact);
    case 'refused':
      return refused(trade, fact);
    case 'denied':
      return denied(trade, fact);
    case 'outcome-unknown':
      return outcomeUnknown(trade, fact);
    case 'mismatch':
      return mismatched(trade, fact);
    case 'placement-closed':
      return placementClosed(trade, fact);
    case 'observed':
      return observed(trade, fact);
    case 'checked':
      return checked(trade, fact);
    case 'window-closed':
      return windowClosed(trade, fact);
    case 'unconfirmed':
      return unconfirmed(trade, fact);
    case 'cancel-requested':
      return cancelRequested(trade, fact);
    case 'cancel-answered':
      return cancelAnswered(trade, fact);
    case 'resolved':
      return resolved(trade, fact);
    case 'noted':
      return noted(trade, fact);
    case 'reclaimed':
      return reclaimed(trade, fact);
    case 'fills':
      return fillsListed(trade, fact);
  }
}
