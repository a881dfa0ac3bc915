/** Orders and fills in Coinbase's format. Every number is a string. */
import type { Decimal } from '../core/decimal.ts';
import { ZERO, text } from '../core/decimal.ts';
import type { Fill, Order, OrderKind, TimeInForce } from '../core/order.ts';
import { isSizedInQuote, remaining } from '../core/order.ts';

/** The ids of the one user and the one portfolio. */
export const USER_ID = '6b0a3a1e-8d4e-5f0b-9c1d-2f6f4c1b7a10';
export const PORTFOLIO_ID = '1f8c5e0a-93d7-5a4b-8e2f-0c7d6b5a4f31';

export const TIME_IN_FORCE: Readonly<Record<TimeInForce, string>> = {
  GTC: 'GOOD_UNTIL_CANCELLED',
  GTD: 'GOOD_UNTIL_DATE_TIME',
  IOC: 'IMMEDIATE_OR_CANCEL',
  FOK: 'FILL_OR_KILL',
};

/** Of `edit_history`. */
const MAX_EDITS = 5;

const ORDER_TYPE: Readonly<Record<OrderKind, string>> = {
  market: 'MARKET',
  limit: 'LIMIT',
  'stop-limit': 'STOP_LIMIT',
  bracket: 'BRACKET',
  twap: 'TWAP',
};

export function orderView(order: Order): Record<string, unknown> {
  const { terms } = order;
  return {
    order_id: order.orderId,
    product_id: order.reportedProductId,
    user_id: USER_ID,
    order_configuration: order.configuration,
    side: order.side,
    client_order_id: order.clientOrderId,
    status: order.status,
    time_in_force: TIME_IN_FORCE[terms.timeInForce],
    created_time: time(order.createdAt),
    completion_percentage: completionPercentage(order),
    filled_size: text(order.filledSize),
    average_filled_price: averagePrice(order),
    fee: '',
    number_of_fills: String(order.fillCount),
    filled_value: text(order.filledValue),
    pending_cancel: order.pendingCancel,
    size_in_quote: terms.quoteSize !== null,
    total_fees: text(order.totalFees),
    size_inclusive_of_fees: isSizedInQuote(order),
    total_value_after_fees: totalAfterFees(order),
    trigger_status: triggerStatus(order),
    order_type: ORDER_TYPE[terms.kind],
    reject_reason: order.rejectReason,
    settled: order.status === 'FILLED',
    product_type: 'SPOT',
    reject_message: order.rejectMessage,
    cancel_message: order.cancelMessage,
    order_placement_source: 'RETAIL_ADVANCED',
    outstanding_hold_amount: text(order.held),
    is_liquidation: false,
    last_fill_time: order.lastFillAt === null ? null : time(order.lastFillAt),
    edit_history: order.edits.slice(-MAX_EDITS).map(({ price, size, at }) => ({
      price,
      size,
      replace_accept_timestamp: time(at),
    })),
    leverage: '',
    margin_type: 'UNKNOWN_MARGIN_TYPE',
    retail_portfolio_id: PORTFOLIO_ID,
    originating_order_id: '',
    attached_order_id: '',
    attached_order_configuration: null,
    current_pending_replace: null,
    commission_detail_total: null,
    workable_size: '',
    workable_size_completion_pct: '',
    last_update_time: time(order.updatedAt),
  };
}

export function fillView(fill: Fill): Record<string, unknown> {
  const { order } = fill;
  const inQuote = isSizedInQuote(order);
  return {
    entry_id: fill.entryId,
    trade_id: fill.tradeId,
    order_id: order.orderId,
    trade_time: time(fill.tradeTime),
    trade_type: fill.tradeType,
    price: text(fill.price),
    size: text(inQuote ? fill.size.times(fill.price) : fill.size),
    commission: text(fill.commission),
    product_id: order.reportedProductId,
    sequence_timestamp: time(fill.tradeTime),
    liquidity_indicator: fill.liquidity,
    size_in_quote: inQuote,
    user_id: USER_ID,
    side: order.side,
    retail_portfolio_id: PORTFOLIO_ID,
  };
}

/** The result of a division, with as many digits as the real one has; `0` before the first fill. */
export function averagePrice(order: Order): string {
  return order.filledSize.eq(0) ? '0' : text(order.filledValue.div(order.filledSize).round(16));
}

/** What the buyer paid or the seller received. */
export function totalAfterFees({ side, filledValue, totalFees }: Order): string {
  return text(side === 'BUY' ? filledValue.plus(totalFees) : filledValue.minus(totalFees));
}

export function completionPercentage(order: Order): string {
  if (order.status === 'FILLED') return '100';
  const whole: Decimal = order.terms.baseSize ?? order.terms.quoteSize ?? ZERO;
  return whole.eq(0) ? '0' : text(whole.minus(remaining(order)).div(whole).times(100).round(2));
}

export function triggerStatus(order: Order): string {
  if (order.terms.stopPrice === null) return 'INVALID_ORDER_TYPE';
  return order.triggered ? 'STOP_TRIGGERED' : 'STOP_PENDING';
}

export function time(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
