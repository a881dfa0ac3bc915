import { expect } from '@jest/globals';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { TradeStore } from '../../src/ports/trade-store.ts';
import type { Simulator } from '../../src/simulator/index.ts';

const STATUS_OF: Readonly<Record<string, Trade['status']>> = {
  FILLED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'failed',
};

/** An ended trade's row says of the order exactly what the exchange's ledger says, fill by fill; answers the row. */
export async function expectTruth(trades: TradeStore, simulator: Simulator, clientOrderId: string): Promise<Trade> {
  const trade = await trades.find(clientOrderId);
  const order = simulator.ledger.orderByClientId(clientOrderId);
  if (trade === null) throw new Error(`${clientOrderId} has no row`);
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

/** Every client order id has one order at most. */
export function expectNoDoubles(simulator: Simulator): void {
  const ids = simulator.ledger.orders().map(({ clientOrderId }) => clientOrderId);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
}
