/** The immediate check: a few looks right after the placement, in one activity because a timer under a second takes a second. */
import { Context } from '@temporalio/activity';
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { CheckInput, CheckOutcome } from '../../domain/order/order-context.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import type { Ports } from './ports.ts';
import { cancellation, now, pause, withHeartbeat } from '../runtime/activity-context.ts';

/** Looks until the order has ended or the looks are used up; an error and a 404 count as looks. The first mostly came with the placement. */
export function checkImmediately({ exchange }: Ports) {
  return async ({ orderId, attempts, intervalMs, looks: looksOfPlacement = 0 }: CheckInput): Promise<CheckOutcome> => {
    let looks = looksBefore() ?? looksOfPlacement;
    let order: ExchangeOrder | null = null;
    let lastError: string | null = null;
    return withHeartbeat(
      async () => {
        if (looks > 0) await pause(intervalMs);
        for (;;) {
          const startedMs = Date.now();
          try {
            order = await exchange.getOrder(orderId, 'urgent', cancellation());
            lastError = null;
          } catch (error) {
            if (!(error instanceof ExchangeError)) throw error;
            lastError = error.message;
          }
          looks += 1;
          const isOver = looks >= attempts || (order !== null && hasEnded(order));
          if (isOver) return { order, looks, lastError, at: now() };
          await pause(Math.max(0, intervalMs - (Date.now() - startedMs)));
        }
      },
      () => looks,
    );
  };
}

/** Looks that an earlier attempt of this activity did before its worker died. */
function looksBefore(): number | null {
  const details: unknown = Context.current().info.heartbeatDetails;
  return typeof details === 'number' ? details : null;
}
