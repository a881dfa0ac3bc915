/** Cancels an order at the exchange, and looks at it afterwards: the answer alone does not tell what became of it. */
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { CancelInput, CancelOutcome } from '../../domain/order/order-context.ts';
import { ExchangeError, type CancelAnswer, type Exchange } from '../../ports/exchange.ts';
import type { Ports } from './ports.ts';
import { cancellation, now, pause, withHeartbeat } from '../runtime/activity-context.ts';

/** What was submitted is carried out a moment later, and an order that is watched slowly blocks its bot for as long. */
const LOOKS_IF_SUBMITTED = 5;
const LOOK_EVERY_MS = 300;

/** Repeated by Temporal until the exchange answers: cancelling twice does no harm. */
export function cancelAtExchange({ exchange }: Ports) {
  return ({ orderId }: CancelInput): Promise<CancelOutcome> =>
    withHeartbeat(async () => {
      const answer = await ask(exchange, orderId);
      const order = await lookUntilEnded(exchange, orderId, answer.submitted ? LOOKS_IF_SUBMITTED : 1);
      return { ...answer, order, at: now() };
    });
}

async function ask(exchange: Exchange, orderId: string): Promise<CancelAnswer> {
  try {
    return await exchange.cancelOrder(orderId, cancellation());
  } catch (error) {
    if (!(error instanceof ExchangeError) || error.retryable) throw error;
    return { submitted: false, failureReason: error.code ?? error.kind };
  }
}

/** The last that was seen, null when every look failed. */
async function lookUntilEnded(exchange: Exchange, orderId: string, looks: number): Promise<ExchangeOrder | null> {
  let order: ExchangeOrder | null = null;
  for (let left = looks; ; left -= 1) {
    order = (await exchange.getOrder(orderId, 'urgent', cancellation()).catch(ignoreExchangeError)) ?? order;
    if (left <= 1 || (order !== null && hasEnded(order))) return order;
    await pause(LOOK_EVERY_MS);
  }
}

function ignoreExchangeError(error: unknown): null {
  if (error instanceof ExchangeError) return null;
  throw error;
}
