/** `can-trade` must not allow a bot to trade while a committed order blocks it. */
import { isEnded, type Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { Known } from './clients.ts';

export interface Blocking {
  clientOrderId: string;
  botId: string;
  productId: string;
  /** When the answer came that it is placed. */
  fromMs: number;
  /** When its end was committed; none for an order that was still open at the last look. */
  toMs: number;
}

/** The time in which an order certainly blocked its bot; null if no answer said that it was placed. */
export function blockingOf({ calls }: Known, trade: Trade | null, events: readonly StoredEvent[]): Blocking | null {
  const placed = calls.flatMap(({ request, outcome, answeredAtMs }) =>
    request !== null && outcome === 'ok' && answeredAtMs !== null ? [answeredAtMs] : [],
  );
  if (trade === null || placed.length === 0) return null;
  const end = events.find(({ toStatus }) => isEnded(toStatus));
  const { clientOrderId, botId, productId } = trade;
  const toMs = end === undefined ? Infinity : Date.parse(end.at);
  return { clientOrderId, botId, productId, fromMs: Math.min(...placed), toMs };
}

/** Each permission that was given although an order blocked the bot on the product from before the request until after the answer. */
export function wrongPermissions(known: readonly Known[], blocking: readonly Blocking[]): string[] {
  return known
    .flatMap(({ calls }) => calls)
    .filter(({ allowed }) => allowed === true)
    .flatMap(({ botId, productId, invokedAtMs, answeredAtMs }) =>
      blocking
        .filter((order) => order.botId === botId && order.productId === productId)
        .filter(({ fromMs, toMs }) => fromMs < invokedAtMs && answeredAtMs !== null && toMs > answeredAtMs)
        .map(
          ({ clientOrderId }) =>
            `${clientOrderId}: ${botId} was allowed to trade ${productId} at ${new Date(invokedAtMs).toISOString()}, while this order blocked it`,
        ),
    );
}
