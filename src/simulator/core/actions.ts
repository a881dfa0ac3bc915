/** Carries out an action on an order: its status, its fills and their corrections, and the balances. */
import { randomUUID } from 'node:crypto';
import type { Account } from './account.ts';
import { takingPrice } from './behaviour.ts';
import { decimal, type Decimal } from './decimal.ts';
import type { Market } from './market.ts';
import { hasEnded, type Fill, type Order } from './order.ts';
import type { OrderStore } from './order-store.ts';
import type { OrderAction } from './plan.ts';
import { isWhole, settle, sizeOfFill, type FeeRates } from './settlement.ts';
import type { Print, Tape } from './tape.ts';

/** Of the exchange. */
interface Parts {
  account: Account;
  store: OrderStore;
  market: Market;
  fees: FeeRates;
  tape: Tape;
}

/** Returns false if nothing changed: the order had ended, or there is no fill to reverse. */
export function applyAction(parts: Parts, order: Order, action: OrderAction, now: number): boolean {
  if (hasEnded(order) && !isAllowedAfterEnd(action)) return false;
  switch (action.do) {
    case 'open':
      order.status = 'OPEN';
      return true;
    case 'fill':
      fill(parts, order, action, now);
      return true;
    case 'complete':
      order.status = 'FILLED';
      return true;
    case 'cancel':
      order.status = 'CANCELLED';
      order.cancelMessage = action.message ?? '';
      return true;
    case 'expire':
      order.status = 'EXPIRED';
      return true;
    case 'fail':
      order.status = 'FAILED';
      order.rejectReason = action.reason ?? 'HOLD_FAILURE';
      order.rejectMessage = action.message ?? '';
      return true;
    case 'status':
      order.status = action.status;
      return true;
    case 'reverse':
      return reverse(parts, order, action.correctedSize, now);
    case 'purge':
      order.purged = true;
      return true;
  }
}

function isAllowedAfterEnd(action: OrderAction): boolean {
  if (action.do === 'fill') return action.tradeType === 'SYNTHETIC';
  return action.do === 'reverse' || action.do === 'purge';
}

function fill(parts: Parts, order: Order, wanted: Omit<Extract<OrderAction, { do: 'fill' }>, 'do'>, now: number): void {
  const { fees, market } = parts;
  const feeRate = order.resting ? fees.maker : fees.taker;
  const makerPrice = order.resting ? order.terms.limitPrice : null;
  const price = wanted.price ? decimal(wanted.price) : (makerPrice ?? takingPrice(order, market.price(order.product)));
  const size = sizeOfFill(order, wanted, price, feeRate);
  const { tradeType = 'FILL' } = wanted;
  if (size.gt(0)) addFill(parts, order, { tradeType, tradeId: randomUUID(), price, size, feeRate }, now);
  if (!hasEnded(order) && isWhole(order, price, feeRate)) order.status = 'FILLED';
}

/** Returns false if there is no fill to reverse. */
function reverse(parts: Parts, order: Order, correctedSize: string | undefined, now: number): boolean {
  const last = parts.store.fillsOf(order).findLast(({ tradeType }) => tradeType === 'FILL');
  if (!last) return false;
  const feeRate = last.liquidity === 'MAKER' ? parts.fees.maker : parts.fees.taker;
  const { tradeId, price, size } = last;
  addFill(parts, order, { tradeType: 'REVERSAL', tradeId, price, size, feeRate }, now);
  if (correctedSize !== undefined) {
    addFill(parts, order, { tradeType: 'CORRECTION', tradeId, price, size: decimal(correctedSize), feeRate }, now);
  }
  return true;
}

function addFill(
  { store, account, tape }: Parts,
  order: Order,
  { feeRate, ...row }: Pick<Fill, 'tradeType' | 'tradeId' | 'price' | 'size'> & { feeRate: Decimal },
  now: number,
): void {
  const added: Fill = {
    ...row,
    sequence: store.nextFillSequence,
    entryId: randomUUID(),
    order,
    tradeTime: now,
    commission: row.size.times(row.price).times(feeRate),
    liquidity: order.resting ? 'MAKER' : 'TAKER',
  };
  store.addFill(added);
  if (row.tradeType === 'FILL') tape.record(order.product, printOf(added));
  settle(order, added, account);
}

/** Public trades show the maker's side. */
function printOf({ tradeId, price, size, liquidity, order, tradeTime }: Fill): Print {
  const other = order.side === 'BUY' ? 'SELL' : 'BUY';
  return { tradeId, price, size, side: liquidity === 'MAKER' ? order.side : other, at: tradeTime };
}
