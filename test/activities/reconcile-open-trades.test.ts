import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { reconcileOpenTrades, type OpenTradesReport } from '../../src/activities/reconciliation/open-trades.ts';
import type { ReconciliationPorts } from '../../src/activities/reconciliation/ports.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import type { LedgerOrder } from '../../src/simulator/index.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { worldOf, type World } from '../support/reconciling.ts';

const MINUTE_MS = 60_000;
/** More than a page of rows, fewer than a page of the exchange's list. */
const TRADES = 600;
/** OPEN must be asked for by itself, and the other statuses of an open order. */
const LIST = 2;

let test: TestEngine;
let world: World;
let orders: LedgerOrder[] = [];
beforeAll(async () => {
  test = await startTestEngine({ feed: false, simulator: { tickMs: 0 } });
  world = worldOf(test);
  orders = Array.from({ length: TRADES }, () => world.order());
  await world.trades(orders);
});
afterAll(async () => {
  await world?.close();
  await test?.stop();
});

function orderAt(index: number): LedgerOrder {
  const order = orders.at(index);
  if (order === undefined) throw new Error(`there is no order ${index}`);
  return order;
}

/** In a dry run nobody is told, and no workflow is needed. */
function openTrades(): Promise<OpenTradesReport> {
  const { COINBASE_REST_URL, COINBASE_API_KEY_NAME, COINBASE_API_PRIVATE_KEY } = test.environment;
  const exchange = connectCoinbase({
    restUrl: COINBASE_REST_URL ?? '',
    keyName: COINBASE_API_KEY_NAME ?? '',
    privateKey: COINBASE_API_PRIVATE_KEY ?? '',
    requestsPerSecond: 1_000,
  });
  const { trades, reconciliations } = test.engine.database;
  const ports = { exchange, trades, reconciliations } as ReconciliationPorts;
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const startedAt = new Date().toISOString();
  const run = { runId: null, startedAt, lastCompleteAt: null, stopAtMs: Date.now() + MINUTE_MS };
  return environment.run(reconcileOpenTrades(ports), run);
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
