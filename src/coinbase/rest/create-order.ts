/** The POST that places an order: accepted, refused for sure, not sent, or of unknown outcome. */
import { ExchangeError, type AcceptedOrder, type NewOrder, type SendLimits } from '../../ports/exchange.ts';
import { placementFailure } from './responses.ts';
import type { CoinbaseClient } from './client.ts';
import type { JsonObject } from './json-object.ts';

const REQUEST = 'POST /orders';

/** Throws ExchangeError `refused`, `unauthorised`, `not-sent` or `unknown-outcome`, and nothing else. */
export async function createOrder(client: CoinbaseClient, order: NewOrder, limits: SendLimits): Promise<AcceptedOrder> {
  const body = {
    client_order_id: order.clientOrderId,
    product_id: order.productId,
    side: order.side,
    order_configuration: order.orderConfiguration,
  };
  try {
    return readAcceptance(
      await client.requestReserved({ endpoint: 'create-order', method: 'POST', path: '/orders', body }, limits),
    );
  } catch (error) {
    if (error instanceof ExchangeError) throw placementFailure(error);
    throw new ExchangeError('unknown-outcome', `${REQUEST}: given up before the answer was whole`);
  }
}

function readAcceptance(answer: JsonObject): AcceptedOrder {
  const success = answer.flag('success');
  if (success === false) throw refusal(answer.object('error_response'));
  const accepted = answer.object('success_response');
  if (success === null || accepted === null) throw answer.malformed('it says neither success nor failure');
  return {
    orderId: accepted.required('order_id'),
    productId: accepted.text('product_id'),
    side: accepted.text('side'),
    clientOrderId: accepted.text('client_order_id'),
    orderConfiguration: answer.record('order_configuration'),
  };
}

/** HTTP 200 with `success: false`. The real reason may stand in any of three fields, the others saying UNKNOWN_. */
function refusal(error: JsonObject | null): ExchangeError {
  const codes = ['new_order_failure_reason', 'error', 'preview_failure_reason'].flatMap(
    (name) => error?.remark(name) ?? [],
  );
  const code = codes.find((word) => !word.startsWith('UNKNOWN')) ?? codes[0] ?? null;
  const words = [code, error?.remark('message'), error?.remark('error_details')].filter(
    (word) => typeof word === 'string',
  );
  // An order with this id is at the exchange, whoever sent it; it may be ours.
  const kind = code === 'DUPLICATE_CLIENT_ORDER_ID' ? 'unknown-outcome' : 'refused';
  return new ExchangeError(kind, `${REQUEST}: refused: ${words.join(': ')}`, { code, httpStatus: 200 });
}
