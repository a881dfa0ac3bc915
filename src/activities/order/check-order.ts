/** The immediate check: a few looks right after the placement, in one activity because a timer under a second takes a second. */
import { Context } from '@temporalio/activity';
import { hasEnded, type ExchangeOrder } from '../../domain/order/exchange-order.ts';
import type { ObservedFact } from '../../domain/order/fact.ts';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { cancellation, now, pause, withHeartbeat } from '../runtime/activity-context.ts';
import { FactLog, type OrderActivityResult } from './fact-log.ts';
import type { OrderPorts } from '../ports.ts';
import type { SharedLooks } from './shared-looks.ts';

export interface CheckInput {
  trade: Trade;
  /** How many of the looks were made by the placement. */
  looks: number;
}

/** Looks until the order has ended or the looks are used up; an error and a 404 count as looks. A push ends it at once. */
export function checkOrder(ports: OrderPorts, sharedLooks: SharedLooks) {
  return async ({ trade, looks: looksOfPlacement }: CheckInput): Promise<OrderActivityResult> => {
    let looks = looksBefore() ?? looksOfPlacement;
    const log = new FactLog(ports, trade);
    const left = new AbortController();
    const take = async (fact: ObservedFact): Promise<boolean> => {
      const { trade: row, isNews } = await log.learn(fact);
      if (stateOf(row) !== 'immediate-check') left.abort();
      return isNews;
    };
    const isOver = (): boolean => left.signal.aborted;
    const check = async (): Promise<void> => {
      const { immediateCheckAttempts: attempts, immediateCheckIntervalMs: intervalMs } = trade.policy;
      if (looks > 0) await untilOver(intervalMs, left.signal);
      while (!isOver()) {
        const startedMs = performance.now();
        const { order, lastError } = await look(sharedLooks, trade, AbortSignal.any([cancellation(), left.signal]));
        if (isOver()) break;
        looks += 1;
        if (looks >= attempts || (order !== null && hasEnded(order))) {
          const { attempt } = Context.current().info;
          await log.learn({ type: 'checked', key: `check/${attempt}/${looks}`, at: now(), order, looks, lastError });
          break;
        }
        await untilOver(intervalMs - (performance.now() - startedMs), left.signal);
      }
    };
    await withHeartbeat(
      () => ports.activeOrders.during(trade.clientOrderId, take, check),
      () => looks,
    );
    return log.result;
  };
}

async function untilOver(ms: number, over: AbortSignal): Promise<void> {
  if (ms <= 0 || over.aborted) return;
  const aborted = new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([pause(ms), aborted]);
}

interface Look {
  order: ExchangeOrder | null;
  lastError: string | null;
}

async function look(sharedLooks: SharedLooks, { orderId, policy }: Trade, signal: AbortSignal): Promise<Look> {
  if (orderId === null) return { order: null, lastError: 'the exchange has not returned its id of the order' };
  try {
    const order = await sharedLooks.look(orderId, policy.immediateCheckIntervalMs, signal);
    return { order, lastError: null };
  } catch (error) {
    if (error instanceof ExchangeError) return { order: null, lastError: error.message };
    if (signal.aborted && !cancellation().aborted) return { order: null, lastError: null };
    throw error;
  }
}

/** Looks that an earlier attempt of this activity did before its worker died. */
function looksBefore(): number | null {
  const details: unknown = Context.current().info.heartbeatDetails;
  return typeof details === 'number' ? details : null;
}
