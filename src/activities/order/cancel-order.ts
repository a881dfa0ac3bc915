/** Cancels an order at the exchange, and looks at it afterwards: the answer alone does not say what became of it. */
import { Context } from '@temporalio/activity';
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { ExchangeError, type CancelAnswer, type CancellableOrder, type Exchange } from '../../ports/exchange.ts';
import { cancellation, now, pause, withHeartbeat } from '../runtime/activity-context.ts';
import { FactLog, type OrderActivityResult } from './fact-log.ts';
import type { OrderPorts } from '../ports.ts';

/** What was submitted is carried out a moment later, and an order that is polled slowly blocks its bot for as long. */
const LOOKS_IF_SUBMITTED = 5;
const LOOK_EVERY_MS = 300;

/** Repeated by Temporal until the exchange answers: cancelling twice does no harm. */
export function cancelOrder(ports: OrderPorts) {
  return (trade: Trade): Promise<OrderActivityResult> =>
    withHeartbeat(async () => {
      const { orderId, botId } = trade;
      if (orderId === null) throw new Error(`${trade.clientOrderId} has no exchange id to cancel it by`);
      const log = new FactLog(ports, trade);
      const { workflowExecution, activityId, scheduledTimestampMs } = Context.current().info;
      // The time: a run that Temporal restored from a backup gives the same id to another cancel.
      const key = `${workflowExecution?.runId}/cancel-${activityId}/${scheduledTimestampMs}`;
      const answer = await ask(ports.exchange, { orderId, botId });
      await log.learn({ type: 'cancel-answered', key, at: now(), ...answer });
      const order = await lookUntilEnded(ports.exchange, orderId, answer.submitted ? LOOKS_IF_SUBMITTED : 1);
      if (order !== null) {
        await log.learn({ type: 'observed', key: `${key}/look`, at: now(), order, source: 'look' });
      }
      return log.result;
    });
}

async function ask(exchange: Exchange, order: CancellableOrder): Promise<CancelAnswer> {
  try {
    return await exchange.cancelOrder(order, cancellation());
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
