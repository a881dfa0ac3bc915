/** The demonstration bot: places an order and waits for what is expected of it, with manual steps where the story has them. */
import type { OrderSyncClient } from '../../client/index.ts';
import { isEnded, type Trade } from '../../domain/order/trade.ts';
import type { TradeStore } from '../../ports/trade-store.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { DemoOrder } from './orders.ts';

const LOOK_EVERY_MS = 200;
/** All orders are placed at once, on a machine that has just begun to start everything. */
const LONG_TIMEOUT = { timeoutMs: 60_000 };
const WITHIN_MS = 90_000;

/** Resolves when the row is as expected, or when the time is over: the report then shows the difference. */
export async function trade(
  order: DemoOrder,
  { client, trades, simulator }: { client: OrderSyncClient; trades: Pick<TradeStore, 'find'>; simulator: Simulator },
): Promise<void> {
  const { clientOrderId } = order.request;
  const until = (fits: (row: Trade) => boolean): Promise<void> => untilRow(trades, clientOrderId, fits);
  if (order.plan !== null) simulator.exchange.setPlan({ clientOrderId }, order.plan);
  await client.place(order.request, LONG_TIMEOUT);
  if (order.byHand === 'cancel-when-monitored') {
    await until(({ status, filledSize }) => status === 'pending' && filledSize !== '0');
    const why = { requestedBy: order.request.botId, reason: 'the price moved away' };
    await client.cancel(clientOrderId, { ...LONG_TIMEOUT, ...why });
  }
  if (order.byHand === 'sync-when-stale') {
    await until(({ status }) => status === 'stale');
    // The engine does not know of it and would poll again only in a minute: that is what the signal is for.
    simulator.pushFaults.add({ match: { clientOrderId }, do: { kind: 'miss' } });
    const isListedLate = { match: { clientOrderId, endpoint: 'listFills' }, do: { kind: 'lag', ms: 60_000 } } as const;
    const fault = simulator.faults.add(isListedLate);
    simulator.exchange.act(clientOrderId, { do: 'fill' });
    const why = { requestedBy: 'operator', reason: 'the bot is blocked' };
    await client.requestSync(clientOrderId, { ...LONG_TIMEOUT, ...why });
    await until(({ status }) => isEnded(status));
    simulator.faults.remove(fault);
  }
  const { status: expected } = order.expected;
  await until(({ status, fillsComplete }) =>
    isEnded(expected) ? isEnded(status) && fillsComplete : status === expected,
  );
}

async function untilRow(
  trades: Pick<TradeStore, 'find'>,
  clientOrderId: string,
  fits: (row: Trade) => boolean,
): Promise<void> {
  const giveUpAtMs = Date.now() + WITHIN_MS;
  while (Date.now() < giveUpAtMs) {
    const row = await trades.find(clientOrderId);
    if (row !== null && fits(row)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
