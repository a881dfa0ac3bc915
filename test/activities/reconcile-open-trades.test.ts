import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chunksOf } from '../../src/activities/runtime/in-parallel.ts';
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

describe('thousands of open trades with the longest ids, of which every list is empty', () => {
  it('leave room in each heartbeat and in the report, however many they are', async () => {
    const many = 3_000;
    const unknown = Array.from({ length: many }, (_, index) => ({
      ...orderAt(0),
      clientOrderId: `${index}-`.padEnd(128, 'x'),
      orderId: randomUUID(),
    }));
    for (const chunk of chunksOf(unknown, 500)) await world.trades(chunk);
    world.test.simulator.faults.add({ match: { endpoint: 'listOrders' }, do: { kind: 'omit' } });

    const report = await openTrades();

    expect(report.tradesChecked).toBe(TRADES + many);
    expect(report.unseen).toHaveLength(2_000);
    expect(report.gaps).toContain(`${TRADES + many - 2_000} trades that no listing shows were left out`);
    const sizes = [report, ...world.heartbeats].map((payload) => Buffer.byteLength(JSON.stringify(payload)));
    expect(sizes.length).toBeGreaterThan(many / 500);
    // Temporal refuses 2 MiB, and the SDK warns of 512 KiB.
    expect(Math.max(...sizes)).toBeLessThan(300_000);
  });
});
