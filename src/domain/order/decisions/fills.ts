/** What an order's listed fills make of its trade. */
import { decision, type Alert, type Decision } from '../decision.ts';
import type { FillsFact } from '../fact.ts';
import { addUpTo } from '../fill-totals.ts';
import { sameJson } from '../order-request.ts';
import { isEnded, type Trade } from '../trade.ts';
import { isFilledAtGuessed, isZero } from './execution.ts';

/** While the order is open the exchange's own totals count. After its end the fills complete them. */
export function fillsListed(trade: Trade, fact: FillsFact): Decision | null {
  if (!isEnded(trade.status)) return null;
  if (fact.fillCount === 0 && trade.fillsComplete && isZero(trade.filledSize)) return null;
  const size = sizeOf(trade, fact);
  const next = size === null ? { ...trade, fillsComplete: false } : withFills(trade, fact, size);
  const isComplete = size !== null;
  if (sameJson(next, trade) && !(fact.overdue && !isComplete)) return null;
  return decision(
    { trade: next, cause: isComplete ? 'fills' : 'fills_incomplete', source: 'fills' },
    {
      evidence: { fill_count: fact.fillCount, size: fact.totals.size, shown_size: fact.shownSize },
      alert: fact.overdue && !isComplete ? incompleteAlert(trade, fact) : null,
    },
  );
}

/** The filled size that the fills add up to; another than is known only where the exchange shows that too. Null: neither. */
function sizeOf(trade: Trade, { totals, fillCount, shownSize }: FillsFact): string | null {
  if (fillCount === 0) return null;
  if (addUpTo(totals, trade.filledSize)) return trade.filledSize;
  return shownSize !== null && addUpTo(totals, shownSize) ? shownSize : null;
}

/** `filledAt` is the newest trade's time where the order has none. */
function withFills(trade: Trade, { totals }: FillsFact, filledSize: string): Trade {
  return {
    ...trade,
    filledSize,
    averageFilledPrice: isZero(filledSize) ? null : totals.averagePrice,
    filledValue: totals.value,
    totalFees: totals.fees,
    fillsComplete: true,
    filledAt: isFilledAtGuessed(trade) ? (totals.newestTradeTime ?? trade.filledAt) : trade.filledAt,
  };
}

function incompleteAlert({ clientOrderId, filledSize }: Trade, { fillCount }: FillsFact): Alert {
  return {
    kind: 'fills-incomplete',
    message: `${clientOrderId} ended with filled size ${filledSize}, which its ${fillCount} listed fills do not add up to`,
  };
}
