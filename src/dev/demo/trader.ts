/** The demonstration bot: places an order and waits for what is expected of it, helping by hand where the story says so. */
import type { OrderSyncClient } from '../../client/index.ts';
import { isEnded } from '../../domain/order/trade.ts';
import type { OrderState } from '../../domain/order/order-state.ts';
import type { Simulator } from '../../simulator/index.ts';
import type { DemoOrder } from './orders.ts';

const LOOK_EVERY_MS = 200;
/** All orders are placed at once, on a machine that has just begun to start everything. */
const PATIENT = { timeoutMs: 60_000 };
const WITHIN_MS = 90_000;

/** Resolves when the order is as expected, or with the last state when the time is over: the report then shows the difference. */
export async function trade(order: DemoOrder, client: OrderSyncClient, simulator: Simulator): Promise<void> {
  const { clientOrderId } = order.request;
  if (order.plan !== null) simulator.exchange.setPlan({ clientOrderId }, order.plan);
  await client.place(order.request, PATIENT);
  if (order.byHand === 'cancel-when-monitored') {
    await until(client, clientOrderId, (state) => state.state === 'monitoring' && state.filledSize !== '0');
    await client.cancel(clientOrderId, {
      ...PATIENT,
      requestedBy: order.request.botId,
      reason: 'the price moved away',
    });
  }
  if (order.byHand === 'sync-when-stale') {
    await until(client, clientOrderId, (state) => state.state === 'stale');
    // The engine is not told and would look again in a minute only: that is what the signal is for.
    simulator.pushFaults.add({ match: { clientOrderId }, do: { kind: 'miss' } });
    const isListedLate = { match: { clientOrderId, endpoint: 'listFills' }, do: { kind: 'lag', ms: 60_000 } } as const;
    const fault = simulator.faults.add(isListedLate);
    simulator.exchange.act(clientOrderId, { do: 'fill' });
    await client.requestSync(clientOrderId, { ...PATIENT, requestedBy: 'operator', reason: 'the bot is blocked' });
    await until(client, clientOrderId, (state) => isEnded(state.status));
    simulator.faults.remove(fault);
  }
  await until(client, clientOrderId, (state) =>
    isEnded(order.expected.status)
      ? isEnded(state.status) && state.fillsComplete
      : state.status === order.expected.status,
  );
}

async function until(
  client: OrderSyncClient,
  clientOrderId: string,
  fits: (state: OrderState) => boolean,
): Promise<void> {
  const giveUpAtMs = Date.now() + WITHIN_MS;
  while (Date.now() < giveUpAtMs && !fits(await client.state(clientOrderId, PATIENT))) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
