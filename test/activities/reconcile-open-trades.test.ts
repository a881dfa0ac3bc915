import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reconcileOpenTrades, type OpenTradesReport } from '../../src/activities/reconciliation/open-trades.ts';
import type { LedgerOrder } from '../../src/simulator/index.ts';
import { startWorld, type World } from '../support/reconciling.ts';

/** More than a page of rows, fewer than a page of the exchange's list. */
const TRADES = 600;
/** OPEN must be asked for by itself, and the other statuses of an open order. */
const LIST = 2;

let world: World;
let orders: LedgerOrder[] = [];
beforeAll(async () => {
  world = await startWorld();
  orders = Array.from({ length: TRADES }, () => world.order());
  await world.trades(orders);
});
afterAll(() => world?.stop());

function orderAt(index: number): LedgerOrder {
  const order = orders.at(index);
  if (order === undefined) throw new Error(`there is no order ${index}`);
  return order;
}

function openTrades(): Promise<OpenTradesReport> {
  return world.step(reconcileOpenTrades, null);
}

describe('many open trades', () => {
  it('that stand as the list of open orders shows them cost its two requests, and nothing is found', async () => {
    const report = await openTrades();
    expect(report).toMatchObject({
      tradesChecked: TRADES,
      ordersSeen: TRADES,
      shownOpen: TRADES,
      unseen: [],
      gaps: [],
    });
    expect(report).toMatchObject({ requestsUsed: LIST, differences: [] });
  });

  it('that the list lacks, or shows otherwise, are asked for by id', async () => {
    const [filled, partly] = [orderAt(3), orderAt(-3)];
    world.act(filled.clientOrderId, { do: 'fill' });
    world.act(partly.clientOrderId, { do: 'fill', part: '0.5' });

    const report = await openTrades();

    expect(report).toMatchObject({ tradesChecked: TRADES, ordersSeen: TRADES, shownOpen: TRADES - 1, unseen: [] });
    // They are on different pages.
    expect(report.requestsUsed).toBe(LIST + 2);
    expect(report.differences.map(({ clientOrderId }) => clientOrderId)).toEqual([
      filled.clientOrderId,
      partly.clientOrderId,
    ]);
  });
});
