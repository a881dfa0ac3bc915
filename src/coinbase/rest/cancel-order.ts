/** Asks for the cancellation of one order. */
import type { CancelAnswer } from '../../ports/exchange.ts';
import type { CoinbaseClient } from './client.ts';

/** What a row says when there is nothing to say; also beside `success: true`. */
const NO_REASON = 'UNKNOWN_CANCEL_FAILURE_REASON';

/** The answer is about the request alone: the order may fill all the same, so it has to be looked at again. */
export async function cancelOrder(
  client: CoinbaseClient,
  orderId: string,
  signal?: AbortSignal,
): Promise<CancelAnswer> {
  const request = { method: 'POST', path: '/orders/batch_cancel', body: { order_ids: [orderId] } } as const;
  const answer = await client.request(request, 'placement', signal);
  const row = answer.list('results').find((result) => result.text('order_id') === orderId);
  const submitted = row?.flag('success') ?? null;
  if (row === undefined || submitted === null) {
    throw answer.malformed(`it says nothing of order ${orderId}`);
  }
  return { submitted, failureReason: submitted ? null : (row.text('failure_reason') ?? NO_REASON) };
}
