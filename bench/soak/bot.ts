/** The bot: places its orders steadily, and repeats a call as long as the error says that it may pass. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, OrderSyncError, type OrderSyncClient } from '../../src/client/index.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { SoakOrder } from './orders.ts';
import type { BotAct } from './stories.ts';

/** What the bot knows of one of its orders. */
export interface BotOrder {
  order: SoakOrder;
  /** The engine has answered that the intent is committed. */
  acknowledged: boolean;
  /** The engine has taken a cancellation from it. */
  cancelTaken: boolean;
  /** What it was answered and should not have been. */
  surprises: string[];
}

export interface BotLog {
  orders: BotOrder[];
  /** Errors that may pass, by their code: they are the bot's daily life. */
  errors: Record<string, number>;
}

const CALL_TIMEOUT_MS = 15_000;
const REPEAT_AFTER_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Places `ordersPerSecond` until `noMore` is aborted; resolves when every bot has done with its orders or `stop` is aborted. */
export async function trade(
  orders: Iterator<SoakOrder, never>,
  log: BotLog,
  { bot, simulator }: { bot: OrderSyncClient; simulator: Simulator },
  { ordersPerSecond, noMore, stop }: { ordersPerSecond: number; noMore: AbortSignal; stop: AbortSignal },
): Promise<void> {
  const underWay: Promise<void>[] = [];
  while (!noMore.aborted && !stop.aborted) {
    const order: BotOrder = { order: orders.next().value, acknowledged: false, cancelTaken: false, surprises: [] };
    log.orders.push(order);
    underWay.push(live(order, log, { bot, simulator }, stop));
    await sleep(1000 / ordersPerSecond, undefined, { signal: noMore }).catch(() => undefined);
  }
  await Promise.all(underWay);
}

async function live(
  known: BotOrder,
  log: BotLog,
  { bot, simulator }: { bot: OrderSyncClient; simulator: Simulator },
  stop: AbortSignal,
): Promise<void> {
  const { request, plan, faults, botActs } = known.order;
  const { clientOrderId } = request;
  simulator.exchange.setPlan({ clientOrderId }, plan);
  for (const rule of faults) simulator.faults.add(rule);
  const options = { signal: stop, timeoutMs: CALL_TIMEOUT_MS };

  const place = async (): Promise<void> => {
    await repeat(() => bot.place(request, options), known, log, stop);
    known.acknowledged ||= !stop.aborted && known.surprises.length === 0;
  };
  const act = async ({ do: what, afterMs }: BotAct): Promise<void> => {
    await sleep(afterMs, undefined, { signal: stop }).catch(() => undefined);
    if (what === 'place-again') return place();
    await placed;
    if (!known.acknowledged) return;
    const words = { requestedBy: request.botId, reason: 'soak' };
    switch (what) {
      case 'place-other': {
        const other = { ...request, productId: 'LTC-USD' };
        return repeat(() => bot.place(other, options), known, log, stop, 'ClientOrderIdConflict');
      }
      case 'cancel':
        await repeat(() => bot.cancel(clientOrderId, { ...options, ...words }), known, log, stop, 'OrderEnded', true);
        known.cancelTaken = true;
        return;
      case 'sync':
        return repeat(() => bot.sync(clientOrderId, { ...options, ...words, timeoutMs: 60_000 }), known, log, stop);
      case 'signal-sync':
        return repeat(() => bot.requestSync(clientOrderId, { ...options, ...words }), known, log, stop);
      case 'wait-for-release':
        return repeat(() => released(bot, clientOrderId, stop), known, log, stop);
    }
  };
  const placed = place();
  await Promise.all([placed, ...botActs.map(act)]);
}

/** Waits a while only: there are orders that never end. */
async function released(bot: OrderSyncClient, clientOrderId: string, stop: AbortSignal): Promise<void> {
  const state = await bot.waitForRelease(clientOrderId, { signal: stop, timeoutMs: 20_000 }).catch((error: unknown) => {
    if (error instanceof OrderSyncError && error.retryable) return null;
    throw error;
  });
  if (state !== null && !isEnded(state.status)) throw new Error(`released as ${state.status}`);
}

/** Repeats a call until it answers, or fails as `mustFail` says it must (as it may, if `orAnswer`). Never rejects. */
async function repeat(
  call: () => Promise<unknown>,
  known: BotOrder,
  log: BotLog,
  stop: AbortSignal,
  mustFail: string | null = null,
  orAnswer = false,
): Promise<void> {
  for (let waitMs = REPEAT_AFTER_MS; !stop.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      await call();
      if (mustFail !== null && !orAnswer) known.surprises.push(`was answered instead of ${mustFail}`);
      return;
    } catch (error) {
      if (stop.aborted) return;
      const code = error instanceof OrderSyncError ? error.code : 'unknown';
      if (code === mustFail) return;
      log.errors[code] = (log.errors[code] ?? 0) + 1;
      if (!(error instanceof OrderSyncError) || !error.retryable) {
        known.surprises.push(`the client threw ${String(error)}`);
        return;
      }
    }
    await sleep(waitMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
