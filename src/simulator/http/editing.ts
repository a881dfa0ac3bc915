/** Editing an order, and previewing an edit. */
import { EditRefused } from '../core/editing.ts';
import { text, ZERO } from '../core/decimal.ts';
import { InvalidArgument } from '../core/errors.ts';
import type { Edit } from '../core/editing.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { MISSING_SCOPE, ok, parseBody } from './api.ts';
import { quote } from './market-data.ts';
import { averagePrice } from './order-view.ts';

/** POST /orders/edit. The order keeps its id; a refusal is answered with 200, too. */
export function editOrder(call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  if (!call.canTrade) return MISSING_SCOPE;
  const edit = readEdit(call);
  try {
    exchange.edit(edit);
    return ok({ success: true, success_response: { order_id: edit.orderId }, errors: [] });
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    return ok({
      success: false,
      error_response: { error_details: error.message, edit_order_failure_reason: error.reason },
      errors: [failureOf(error)],
    });
  }
}

/** POST /orders/edit_preview. Nothing is changed. */
export function previewEdit(call: ApiCall, { exchange }: ApiContext): ApiAnswer {
  const edit = readEdit(call);
  const order = exchange.store.byOrderId(edit.orderId);
  const frame = { slippage: '0', order_margin_total: '0' };
  try {
    const { terms } = exchange.previewEdit(edit);
    const [size, price] = [terms.baseSize ?? ZERO, terms.limitPrice ?? ZERO];
    const value = size.times(price);
    const commission = value.times(exchange.fees.taker);
    const { bid, ask } = order ? quote(order.product, exchange) : { bid: ZERO, ask: ZERO };
    return ok({
      errors: [],
      ...frame,
      order_total: text(order?.side === 'SELL' ? value.minus(commission) : value.plus(commission)),
      commission_total: text(commission),
      quote_size: text(value),
      base_size: text(size),
      best_bid: text(bid),
      best_ask: text(ask),
      average_filled_price: order ? averagePrice(order) : '0',
    });
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    return ok({ errors: [failureOf(error)], ...frame });
  }
}

function readEdit(call: ApiCall): Edit {
  const { order_id: orderId, price, size } = parseBody(call);
  if (typeof orderId !== 'string' || orderId === '') throw new InvalidArgument('order_id is required');
  return { orderId, price, size };
}

function failureOf({ reason, previewReason }: EditRefused): object {
  return { edit_failure_reason: reason, preview_failure_reason: previewReason };
}
