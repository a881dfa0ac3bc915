/** How a fill changes an order and the account. All arithmetic is exact; only the size of a fill is rounded down to the increment. */
import type { Account } from './account.ts';
import type { Decimal } from './decimal.ts';
import { ZERO, decimal, roundDown, smaller } from './decimal.ts';
import type { Fill, Order } from './order.ts';
import { hasEnded, isSizedInQuote, remaining } from './order.ts';

export interface FeeRates {
  taker: Decimal;
  maker: Decimal;
}

export interface WantedFill {
  size?: string | undefined;
  part?: string | undefined;
}

/** The size in base currency; zero if the remaining amount is too small to buy anything. */
export function sizeOfFill(order: Order, wanted: WantedFill, price: Decimal, feeRate: Decimal): Decimal {
  if (wanted.size !== undefined) return decimal(wanted.size);
  const left = remaining(order);
  const { baseSize, quoteSize } = order.terms;
  if (baseSize) {
    const size = wanted.part ? roundDown(baseSize.times(wanted.part), order.product.baseIncrement) : left;
    return size.gt(0) ? smaller(size, left) : left;
  }
  const quote = wanted.part && quoteSize ? smaller(quoteSize.times(wanted.part), left) : left;
  return affordable(order, quote, price, feeRate);
}

/** True if what remains is too small to be traded. */
export function isWhole(order: Order, price: Decimal, feeRate: Decimal): boolean {
  const left = remaining(order);
  if (!isSizedInQuote(order)) return left.eq(0);
  // Each fill's size is rounded down to the increment, which may leave a second increment of dust.
  return affordable(order, left, price, feeRate).lt(order.product.baseIncrement.times(2));
}

/** Adds the fill to the order's totals and updates the balances. A REVERSAL subtracts. */
export function settle(order: Order, fill: Fill, account: Account): void {
  const sign = fill.tradeType === 'REVERSAL' ? -1 : 1;
  const size = fill.size.times(sign);
  const value = size.times(fill.price);
  const commission = fill.commission.times(sign);
  order.filledSize = order.filledSize.plus(size);
  order.filledValue = order.filledValue.plus(value);
  order.totalFees = order.totalFees.plus(commission);
  order.fillCount += 1;
  // A correction is not a new fill.
  if (fill.tradeType !== 'REVERSAL' && fill.tradeType !== 'CORRECTION') order.lastFillAt = fill.tradeTime;
  const { baseCurrency, quoteCurrency } = order.product;
  if (order.side === 'BUY') {
    account.credit(baseCurrency, size);
    account.debit(quoteCurrency, value.plus(commission));
  } else {
    account.debit(baseCurrency, size);
    account.credit(quoteCurrency, value.minus(commission));
  }
}

/** The currency that an order holds funds in. */
export function heldCurrency(order: Pick<Order, 'side' | 'product'>): string {
  return order.side === 'BUY' ? order.product.quoteCurrency : order.product.baseCurrency;
}

/** The balance that must be held for the rest of the order. */
export function neededHold(order: Order, fees: FeeRates): Decimal {
  if (hasEnded(order)) return ZERO;
  const left = remaining(order);
  if (order.side === 'SELL' || isSizedInQuote(order)) return left;
  return left.times(order.holdPrice).times(fees.taker.plus(1));
}

/** Sets the hold to what the rest of the order needs. */
export function adjustHold(order: Order, account: Account, fees: FeeRates): void {
  const needed = neededHold(order, fees);
  account.hold(heldCurrency(order), needed.minus(order.held));
  order.held = needed;
}

/** The base size that a quote amount buys, fees included. */
function affordable(order: Order, quote: Decimal, price: Decimal, feeRate: Decimal): Decimal {
  return roundDown(quote.div(feeRate.plus(1)).div(price), order.product.baseIncrement);
}
