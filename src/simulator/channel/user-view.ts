/** An order as the `user` channel shows it: with other field names than REST, and without event time, fills and original size. */
import { decimal, text } from '../core/decimal.ts';
import type { Order, OrderKind } from '../core/order.ts';
import { hasEnded, remaining } from '../core/order.ts';
import {
  PORTFOLIO_ID,
  TIME_IN_FORCE,
  averagePrice,
  completionPercentage,
  time,
  totalAfterFees,
  triggerStatus,
} from '../http/order-view.ts';

/** Coinbase's way of saying that there is no time. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** `Limit` was seen on the real channel, although its documentation says LIMIT; the others follow it. */
const ORDER_TYPE: Readonly<Record<OrderKind, string>> = {
  market: 'Market',
  limit: 'Limit',
  'stop-limit': 'Stop Limit',
  bracket: 'Bracket',
  twap: 'TWAP',
};

export type UserView = ReturnType<typeof userView>;

export function userView(order: Order) {
  const { terms } = order;
  return {
    avg_price: averagePrice(order),
    cancel_reason: order.cancelMessage,
    client_order_id: order.clientOrderId,
    completion_percentage: percentage(completionPercentage(order)),
    contract_expiry_type: 'UNKNOWN_CONTRACT_EXPIRY_TYPE',
    cumulative_quantity: text(order.filledSize),
    filled_value: text(order.filledValue),
    // In the currency of the order's size; zero once the order has ended, even if it was not filled.
    leaves_quantity: hasEnded(order) ? '0' : text(remaining(order)),
    limit_price: terms.limitPrice ? text(terms.limitPrice) : '',
    number_of_fills: String(order.fillCount),
    order_id: order.orderId,
    order_side: order.side,
    order_type: ORDER_TYPE[terms.kind],
    outstanding_hold_amount: text(order.held),
    post_only: String(terms.postOnly),
    product_id: order.reportedProductId,
    product_type: 'SPOT',
    // Misspelt like this in the documentation and on the real channel.
    reject_Reason: order.rejectReason === 'REJECT_REASON_UNSPECIFIED' ? '' : order.rejectReason,
    retail_portfolio_id: PORTFOLIO_ID,
    risk_managed_by: 'UNKNOWN_RISK_MANAGEMENT_TYPE',
    status: order.status,
    stop_price: terms.stopPrice ? text(terms.stopPrice) : '',
    time_in_force: TIME_IN_FORCE[terms.timeInForce],
    total_fees: text(order.totalFees),
    total_value_after_fees: totalAfterFees(order),
    trigger_status: triggerStatus(order),
    creation_time: time(order.createdAt),
    end_time: terms.endTime === null ? NO_TIME : time(terms.endTime),
    start_time: NO_TIME,
  };
}

/** `0`, `40.00`, `100.00`. */
function percentage(value: string): string {
  return value === '0' ? value : decimal(value).toFixed(2);
}
