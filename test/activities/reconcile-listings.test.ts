import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { reconcileListings } from '../../src/activities/reconciliation/listings.ts';
import type { ReconciliationPorts } from '../../src/activities/reconciliation/ports.ts';
import { connectCoinbase } from '../../src/coinbase/connect.ts';
import type { StepReport } from '../../src/reconciliation/report.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { HOUR_MS, MINUTE_MS, worldOf, type World } from '../support/reconciling.ts';

/** More than are asked for by id in one request. */
const ORDERS = 60;

let test: TestEngine;
let world: World;
beforeAll(async () => {
  test = await startTestEngine({ feed: false, simulator: { tickMs: 0 } });
  world = worldOf(test);
});
afterAll(async () => {
  await world?.close();
  await test?.stop();
});

async function filledOrder(ageMs: number): Promise<void> {
  const { clientOrderId } = world.order({ ageMs });
  await world.trade(world.act(clientOrderId, { do: 'fill' }, 1_000), { fills_complete: true });
}

/** A minute after the last run; in a dry run nobody is told, and no workflow is needed. */
async function listings(): Promise<{ report: StepReport; askedForOrders: number }> {
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
  const nowMs = Date.now();
  const run = {
    runId: null,
    startedAt: new Date(nowMs).toISOString(),
    lastCompleteAt: new Date(nowMs - MINUTE_MS).toISOString(),
    stopAtMs: nowMs + MINUTE_MS,
  };
  const before = test.simulator.ledger.requestCount('listOrders');
  const report = (await environment.run(reconcileListings(ports), run, { shownOpen: 0 })) as StepReport;
  return { report, askedForOrders: test.simulator.ledger.requestCount('listOrders') - before };
}

describe('the exchange’s lists', () => {
  it('show each order that was filled lately once, those of before the lists by id', async () => {
    const idle = await listings();
    for (let count = 0; count < ORDERS; count += 1) await filledOrder(MINUTE_MS);
    const listed = await listings();
    for (let count = 0; count < ORDERS; count += 1) await filledOrder(3 * HOUR_MS);
    const older = await listings();

    expect(listed.report.ordersSeen).toBe(ORDERS);
    expect(listed.askedForOrders).toBe(idle.askedForOrders);
    expect(older.report.ordersSeen).toBe(2 * ORDERS);
    expect(older.askedForOrders).toBe(idle.askedForOrders + 2);
    expect(older.report.differences).toEqual([]);
  });
});
