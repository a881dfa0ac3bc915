import { expect } from '@jest/globals';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { TradeStore } from '../../src/ports/trade-store.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { eventually } from './waiting.ts';

const STATUS_OF: Readonly<Record<string, Trade['status']>> = {
  FILLED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'failed',
};

/** The feed asks for the fills every two seconds at most, and again with growing waits. */
const FILLS_WITHIN_MS = 20_000;

/** An ended trade's row says of the order exactly what the exchange's ledger says, fill by fill; answers the row. */
export async function expectTruth(trades: TradeStore, simulator: Simulator, clientOrderId: string): Promise<Trade> {
  const trade = await untilFillsComplete(trades, clientOrderId);
  const order = simulator.ledger.orderByClientId(clientOrderId);
  if (order === undefined) {
    expect(trade).toMatchObject({ clientOrderId, status: 'rejected', orderId: null, filledSize: '0' });
    return trade;
  }
  expect(trade).toMatchObject({
    clientOrderId,
    orderId: order.orderId,
    status: STATUS_OF[order.status],
    filledSize: order.filledSize,
    filledAt: order.status === 'FILLED' ? order.lastFillAt : null,
    fillsComplete: true,
    staleSince: null,
  });
  // An order without fills has no value or fees, and whether that is null or 0 is the exchange's choice.
  if (order.fillCount > 0) expect(trade).toMatchObject({ filledValue: order.filledValue, totalFees: order.totalFees });
  const recorded = (await trades.fillsOf(order.orderId)).map(({ entryId }) => entryId);
  expect(recorded.toSorted()).toEqual(order.fills.map(({ entryId }) => entryId).toSorted());
  return trade;
}

/** The row, as soon as its fills are complete: they may be recorded after the order's end. */
export function untilFillsComplete(
  trades: TradeStore,
  clientOrderId: string,
  withinMs = FILLS_WITHIN_MS,
): Promise<Trade> {
  return eventually(
    async () => {
      const trade = await trades.find(clientOrderId);
      return trade?.fillsComplete === true && trade;
    },
    { withinMs, what: `the fills of ${clientOrderId}` },
  );
}

/** The exchange has no order but those that were asked for: no attempt was sent under another client order id. */
export function expectOnlyRequested({
  simulator,
  requested,
}: {
  simulator: Simulator;
  requested: ReadonlySet<string>;
}): void {
  const ids = simulator.ledger.orders().map(({ clientOrderId }) => clientOrderId);
  expect(ids.filter((id) => !requested.has(id))).toEqual([]);
}
