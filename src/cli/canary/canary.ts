/** One small order from end to end: placed, seen resting, cancelled, seen cancelled. It goes through the client, like any bot's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../domain/message-of.ts';
import {
  InvalidOrderRequestError,
  OrderEndedError,
  OrderNotFoundError,
  PlacementHaltedError,
} from '../../client/index.ts';
import type { OrderSyncClient } from '../../client/index.ts';
import { isPositiveDecimal } from '../../domain/decimal.ts';
import type { OrderRequest } from '../../domain/order/order-request.ts';
import type { OrderState } from '../../domain/order/order-state.ts';
import type { Requester } from '../../domain/order/requester.ts';
import { isEnded } from '../../domain/order/trade.ts';
import { ExchangeError, type Exchange } from '../../ports/exchange.ts';
import { CouldNotError } from '../failure.ts';
import type { Steps } from './steps.ts';

export interface CanaryOptions {
  orders: OrderSyncClient;
  /** Asked beside the engine, so that its word is not taken for it. */
  exchange: Pick<Exchange, 'getOrder'>;
  request: OrderRequest;
  requester: Requester;
  /** For each step. */
  withinMs: number;
  stop: AbortSignal;
}

const LOOK_EVERY_MS = 50;

/**
 * Throws at the first step that fails. Whatever failed, an order that may have been placed is withdrawn first, Ctrl-C or
 * not: that is the step `withdrawn`, and if it fails, its error is thrown.
 */
export async function runCanary(options: CanaryOptions, steps: Steps): Promise<void> {
  const { orders, request, requester, withinMs, stop } = options;
  const { clientOrderId } = request;
  const limits = { signal: stop, timeoutMs: withinMs };
  try {
    await steps.take(
      'placed',
      async () => {
        const placed = await orders.place(request, limits);
        return placed.orderId ?? (await untilState(options, ({ orderId }) => orderId !== null)).orderId ?? '';
      },
      (orderId) => `the exchange accepted it as ${orderId}`,
    );
    await steps.take(
      'resting',
      async () => {
        const { orderId } = await untilState(options, ({ status }) => status === 'pending');
        await untilShown(options, orderId ?? '', 'OPEN');
      },
      () => 'pending here, OPEN at the exchange',
    );
    await steps.take(
      'cancel',
      () => orders.cancel(clientOrderId, { ...requester, ...limits }),
      () => 'the cancel is recorded',
    );
    await steps.take(
      'cancelled',
      async () => {
        const ended = await orders.waitForRelease(clientOrderId, limits);
        if (ended.status !== 'cancelled' || isPositiveDecimal(ended.filledSize))
          throw new CouldNotError(inWords(ended));
        await untilShown(options, ended.orderId ?? '', 'CANCELLED');
      },
      () => 'cancelled here, CANCELLED at the exchange, nothing filled',
    );
  } catch (error) {
    if (wasNeverPlaced(error)) throw error;
    await steps.take(
      'withdrawn',
      () => withdraw(options),
      (ended) => (ended === null ? 'nothing was placed' : inWords(ended)),
    );
    throw error;
  }
}

/** The engine refused it before anything was sent. */
function wasNeverPlaced(error: unknown): boolean {
  return error instanceof PlacementHaltedError || error instanceof InvalidOrderRequestError;
}

/** The end of the order, or null where there is none. Not ended by Ctrl-C. */
async function withdraw({ orders, request, requester, withinMs }: CanaryOptions): Promise<OrderState | null> {
  const { clientOrderId } = request;
  const limits = { timeoutMs: withinMs };
  try {
    await orders.cancel(clientOrderId, { ...requester, ...limits }).catch((error: unknown) => {
      if (!(error instanceof OrderEndedError)) throw error;
    });
    return await orders.waitForRelease(clientOrderId, limits);
  } catch (error) {
    if (error instanceof OrderNotFoundError) return null;
    const why = messageOf(error);
    throw new CouldNotError(
      `the canary order ${clientOrderId} MAY STILL BE OPEN: ${why}. Run \`order-sync cancel ${clientOrderId} --wait\`, and cancel it at the exchange if that does not help`,
      { cause: error },
    );
  }
}

/** Waits until the order's committed state fits. Throws when it ends first, or takes too long. */
async function untilState(
  { orders, request, withinMs, stop }: CanaryOptions,
  fits: (state: OrderState) => boolean,
): Promise<OrderState> {
  const giveUpAtMs = performance.now() + withinMs;
  for (;;) {
    const state = await orders.state(request.clientOrderId, { signal: stop, timeoutMs: withinMs });
    if (isEnded(state.status)) throw new CouldNotError(inWords(state));
    if (fits(state)) return state;
    if (performance.now() > giveUpAtMs) throw new CouldNotError(`it is still ${state.status} after ${withinMs} ms`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
  }
}

/** Waits until the exchange itself shows the order so. */
async function untilShown(
  { exchange, withinMs, stop }: CanaryOptions,
  orderId: string,
  status: 'OPEN' | 'CANCELLED',
): Promise<void> {
  const giveUpAtMs = performance.now() + withinMs;
  for (;;) {
    const shown = await exchange.getOrder(orderId, 'urgent', stop).catch((error: unknown) => {
      if (!(error instanceof ExchangeError)) throw error;
      return { status: error.message };
    });
    if (shown.status === status) return;
    if (performance.now() > giveUpAtMs) {
      throw new CouldNotError(`the exchange does not show it ${status} after ${withinMs} ms: ${shown.status}`);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop });
  }
}

function inWords({ status, filledSize, averageFilledPrice, reason }: OrderState): string {
  const filled = isPositiveDecimal(filledSize) ? `, FILLED ${filledSize} at ${averageFilledPrice}` : '';
  return `it is ${status}${filled}${reason === null ? '' : ` (${reason})`}`;
}
