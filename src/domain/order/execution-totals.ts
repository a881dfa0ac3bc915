/** Whether a trade's execution totals are those of the exchange. */
import { Big } from 'big.js';
import { equalDecimals } from '../decimal.ts';
import type { ExchangeOrder } from './exchange-order.ts';
import type { Trade } from './trade.ts';

/**
 * Value and fees are sums of products, which the exchange may round: a millionth of the value is no difference. The
 * average price is a quotient of the two (Coinbase's has noisy digits) and is not compared.
 */
const ROUNDING = '0.000001';
const MIN_ROUNDING = '0.00000001';

/** What differs, in a few words; none when nothing does. */
export function differingTotals(trade: Trade, order: ExchangeOrder): string[] {
  const found: string[] = [];
  if (!equalDecimals(trade.filledSize, order.filledSize)) {
    found.push(`filled size ${trade.filledSize}, at the exchange ${order.filledSize}`);
  }
  const scale = order.filledValue ?? '0';
  if (differs(trade.filledValue, order.filledValue, scale)) {
    found.push(`filled value ${trade.filledValue ?? 'none'}, at the exchange ${order.filledValue}`);
  }
  if (differs(trade.totalFees, order.totalFees, scale)) {
    found.push(`fees ${trade.totalFees ?? 'none'}, at the exchange ${order.totalFees}`);
  }
  return found;
}

/** What the exchange doesn't report can't differ; a total that the database doesn't have counts as 0. */
function differs(ours: string | null, theirs: string | null, scale: string): boolean {
  if (theirs === null) return false;
  const rounding = new Big(scale).abs().times(ROUNDING);
  const allowed = rounding.lt(MIN_ROUNDING) ? new Big(MIN_ROUNDING) : rounding;
  return new Big(theirs)
    .minus(ours ?? '0')
    .abs()
    .gt(allowed);
}
