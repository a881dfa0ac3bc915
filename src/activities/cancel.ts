/** Cancels an order at the exchange, and looks at it afterwards: the answer alone does not tell what became of it. */
import type { CancelInput, CancelOutcome } from '../order/order-context.ts';
import { ExchangeError, type CancelAnswer, type Exchange } from '../ports/exchange.ts';
import type { Ports } from './ports.ts';
import { cancellation, now, withHeartbeat } from './pulse.ts';

/** Repeated by Temporal until the exchange answers: cancelling twice does no harm. */
export function cancelAtExchange({ exchange }: Ports) {
  return ({ orderId }: CancelInput): Promise<CancelOutcome> =>
    withHeartbeat(async () => {
      const answer = await ask(exchange, orderId);
      const order = await exchange.getOrder(orderId, 'urgent', cancellation()).catch(ignoreExchangeError);
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

function ignoreExchangeError(error: unknown): null {
  if (error instanceof ExchangeError) return null;
  throw error;
}
