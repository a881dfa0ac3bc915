/** Creating, cancelling and previewing orders. */
import { randomUUID } from 'node:crypto';

import { takingPrice } from '../core/behaviour.ts';
import { readTerms } from '../core/configuration.ts';
import { text } from '../core/decimal.ts';
import { InvalidArgument, OrderRefused } from '../core/errors.ts';
import type { PostRecord } from '../core/ledger.ts';
import { readNewOrder } from '../core/new-order.ts';
import type { Product } from '../core/products.ts';
import type { ApiAnswer, ApiCall, ApiContext } from './api.ts';
import { MISSING_SCOPE, ok, parseBody } from './api.ts';

/** Coinbase's changelog of 2024-01-16. */
const MAX_CANCELS_AT_ONCE = 100;

/**
 * POST /orders. A refusal is answered with 200, too. For a client order id that is in use, the answer is its first order,
 * whatever the request says. That is documented; that the answer looks like the first one is our guess.
 */
export function createOrder(call: ApiCall, { exchange, ledger, now }: ApiContext): ApiAnswer {
  if (!call.canTrade) return MISSING_SCOPE;
  const record = (outcome: PostRecord['outcome'], reason: string | null = null): void => {
    if (call.post) ledger.recordOutcome(call.post, outcome, reason, now());
  };
  let configuration: unknown = null;
  try {
    const request = readNewOrder(parseBody(call));
    configuration = request.configuration;
    const { order, replayed } = exchange.place(request);
    record(replayed ? 'replayed' : 'created');
    return ok({
      success: true,
      success_response: {
        order_id: order.orderId,
        product_id: order.reportedProductId,
        side: order.side,
        client_order_id: order.clientOrderId,
      },
      order_configuration: order.configuration,
    });
  } catch (error) {
    if (error instanceof InvalidArgument) record('malformed', error.message);
    if (!(error instanceof OrderRefused)) throw error;
    record('refused', error.reason);
    return refusal(error, configuration);
  }
}

/** The answer to an order that is refused; the configuration is null if the body was not read. */
export function refusal(error: OrderRefused, configuration: unknown): ApiAnswer {
  return ok({
    success: false,
    error_response: {
      error: error.reason,
      message: error.message,
      error_details: error.message,
      preview_failure_reason: error.previewReason,
      new_order_failure_reason: error.reason,
    },
    order_configuration: configuration,
  });
}

/** POST /orders/batch_cancel. */
export function cancelOrders(call: ApiCall, { exchange, ledger, now }: ApiContext): ApiAnswer {
  if (!call.canTrade) return MISSING_SCOPE;
  const { order_ids: orderIds } = parseBody(call);
  if (!Array.isArray(orderIds) || orderIds.length === 0 || !orderIds.every((id) => typeof id === 'string')) {
    throw new InvalidArgument('order_ids must be a list of at least one order id');
  }
  if (orderIds.length > MAX_CANCELS_AT_ONCE) {
    throw new InvalidArgument(`Too many orderIDs entered, limit is ${MAX_CANCELS_AT_ONCE}`);
  }
  const results = orderIds.map((orderId: string) => {
    const { success, failureReason } = exchange.requestCancel(orderId);
    ledger.recordCancel({ orderId, at: new Date(now()).toISOString(), success, failureReason });
    return { success, failure_reason: failureReason, order_id: orderId };
  });
  return ok({ results });
}

/** POST /orders/preview. Nothing is placed. */
export function previewOrder(call: ApiCall, { exchange, now }: ApiContext): ApiAnswer {
  const body = parseBody(call);
  const request = readNewOrder({ client_order_id: 'preview', ...body });
  const product = exchange.product(request.productId);
  try {
    const terms = readTerms(request.configuration, request.side, product, now());
    const price = takingPrice({ side: request.side, terms }, exchange.market.price(product));
    const feeFactor = exchange.fees.taker.plus(1);
    const baseSize = terms.baseSize ?? terms.quoteSize?.div(feeFactor).div(price).round(8, 0);
    const value = baseSize?.times(price);
    const commission = value?.times(exchange.fees.taker);
    const total = value && commission && (request.side === 'BUY' ? value.plus(commission) : value.minus(commission));
    const { currency, amount } =
      request.side === 'BUY'
        ? { currency: product.quoteCurrency, amount: total }
        : { currency: product.baseCurrency, amount: baseSize };
    const short = amount?.gt(exchange.account.balance(currency).available);
    return ok({
      order_total: total ? text(total) : '0',
      commission_total: commission ? text(commission) : '0',
      quote_size: value ? text(value) : '0',
      base_size: baseSize ? text(baseSize) : '0',
      ...previewFrame(product, text(price), short ? ['PREVIEW_INSUFFICIENT_FUND'] : []),
    });
  } catch (error) {
    if (!(error instanceof OrderRefused)) throw error;
    return ok({
      order_total: '0',
      commission_total: '0',
      quote_size: '0',
      base_size: '0',
      ...previewFrame(product, text(exchange.market.price(product)), [error.previewReason]),
    });
  }
}

function previewFrame(product: Product, price: string, errs: string[]): object {
  return {
    errs,
    warning: [],
    best_bid: price,
    best_ask: price,
    is_max: false,
    order_margin_total: '0',
    leverage: '0',
    slippage: '0',
    preview_id: errs.length === 0 ? randomUUID() : '',
    product_id: product.productId,
  };
}
