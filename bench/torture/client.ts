/** What a client does with its orders: places, repeats, contradicts, cancels, syncs, resolves and reads them, and logs every call. */
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderSyncError, type OrderSyncClient, type TradeReader } from '../../src/client/index.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import type { Answered, CallWriter, Invoked } from './calls.ts';
import type { TortureOrder } from './orders.ts';
import type { Random } from './random.ts';
import type { BotAct, CallName } from './order-scenarios.ts';

export interface Tools {
  bot: OrderSyncClient;
  /** Over HTTP, of each worker. */
  readers: readonly TradeReader[];
  log: CallWriter;
  random: Random;
  /** Sets at the exchange what will happen to an order, before it is placed. */
  play(scenario: Scenario): Promise<void>;
}

const ANSWER_WITHIN_MS = 15_000;
/** After these a client gives up, and does not know whether the order was placed. */
const TRIES = 4;
const REPEAT_AFTER_MS = 500;

/** Places `ordersPerSecond` until `noMore` is aborted; resolves when it has finished with all of its orders. */
export async function trade(
  orders: Iterator<TortureOrder, never>,
  tools: Tools,
  { ordersPerSecond, noMore }: { ordersPerSecond: number; noMore: AbortSignal },
): Promise<void> {
  const underWay: Promise<void>[] = [];
  while (!noMore.aborted) {
    underWay.push(live(orders.next().value, tools, noMore));
    await pause(1000 / ordersPerSecond, noMore);
  }
  await Promise.all(underWay);
}

/** For an order of which the client does not know whether it was placed. */
export async function placeAgain({ request }: TortureOrder, tools: Tools): Promise<void> {
  await place(request, 'place', tools);
}

async function live(order: TortureOrder, tools: Tools, noMore: AbortSignal): Promise<void> {
  const { clientOrderId } = order.request;
  await tools.play({ plans: [{ target: { clientOrderId }, plan: order.plan }], faults: order.faults });
  tools.log.order(order);
  const placed = place(order.request, 'place', tools);
  const acts = order.botActs.map(async (act) => {
    await pause(act.afterMs, noMore);
    if (act.waits) await placed;
    if (!noMore.aborted) await perform(act, order.request, tools);
  });
  await Promise.all([placed, ...acts]);
}

async function perform({ do: name }: BotAct, request: OrderRequest, tools: Tools): Promise<void> {
  const { clientOrderId, botId, productId } = request;
  const { bot, random, readers } = tools;
  const options = { requestedBy: botId, reason: 'torture', timeoutMs: ANSWER_WITHIN_MS };
  const known = (call: () => Promise<Partial<Answered>>) => once({ name, clientOrderId }, tools, call);
  switch (name) {
    case 'place':
      return place(request, name, tools);
    case 'place-other':
      return place(contradicted(request), name, tools);
    case 'cancel':
      return known(() => bot.cancel(clientOrderId, options).then(() => ({})));
    case 'signal-sync':
      return known(() => bot.requestSync(clientOrderId, options).then(() => ({})));
    case 'sync':
      return known(() => bot.sync(clientOrderId, options).then(({ after }) => ({ status: after.status })));
    case 'resolve': {
      const status = random.pick(['cancelled', 'failed'] as const);
      return known(() =>
        bot.resolve(clientOrderId, { ...options, status }).then((state) => ({ status: state.status })),
      );
    }
    case 'wait-for-release':
      return known(() => bot.waitForRelease(clientOrderId, options).then(({ status }) => ({ status })));
    case 'read':
      return known(() =>
        random
          .pick(readers)
          .getTrade(clientOrderId, options)
          .then(({ status }) => ({ status })),
      );
    case 'can-trade':
      return once({ name, clientOrderId, botId, productId }, tools, () =>
        random
          .pick(readers)
          .canTrade(botId, productId, options)
          .then(({ allowed }) => ({ allowed })),
      );
  }
}

/** Repeats the identical request after errors that leave its outcome unknown, and gives up in the end. */
async function place(request: OrderRequest, name: 'place' | 'place-other', tools: Tools): Promise<void> {
  const { clientOrderId } = request;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const outcome = await logged({ name, clientOrderId, request }, tools, () =>
      tools.bot.place(request, { timeoutMs: ANSWER_WITHIN_MS }).then(({ status }) => ({ status })),
    );
    if (outcome !== 'unknown') return;
    await sleep(REPEAT_AFTER_MS * tries);
  }
}

/** Another order under the same id. */
function contradicted(request: OrderRequest): OrderRequest {
  return { ...request, productId: request.productId === 'LTC-USD' ? 'LINK-USD' : 'LTC-USD' };
}

async function once(
  invoked: Partial<Invoked> & { name: CallName; clientOrderId: string },
  tools: Tools,
  call: () => Promise<Partial<Answered>>,
): Promise<void> {
  await logged(invoked, tools, call);
}

async function logged(
  invoked: Partial<Invoked> & { name: CallName; clientOrderId: string },
  { log }: Tools,
  call: () => Promise<Partial<Answered>>,
): Promise<Answered['outcome']> {
  const answer = log.invoke({ request: null, botId: null, productId: null, ...invoked });
  const answered: Answered = { outcome: 'ok', code: null, message: null, status: null, allowed: null };
  try {
    Object.assign(answered, await call());
  } catch (error) {
    Object.assign(answered, failureOf(error));
  }
  answer(answered);
  return answered.outcome;
}

/** Anything but one of the client's own errors is unexpected, and does not count as an answer. */
function failureOf(error: unknown): Pick<Answered, 'outcome' | 'code' | 'message'> {
  if (!(error instanceof OrderSyncError)) return { outcome: 'unknown', code: 'unexpected', message: String(error) };
  return { outcome: error.retryable ? 'unknown' : 'failed', code: error.code, message: error.message };
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
