import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reconcileListings } from '../../src/activities/reconciliation/listings.ts';
import type { StepReport } from '../../src/domain/reconciliation/report.ts';
import type { TestEngine } from '../support/engine.ts';
import { HOUR_MS, MINUTE_MS, startWorld, type World } from '../support/reconciling.ts';

/** More than are asked for by id in one request. */
const ORDERS = 60;

let test: TestEngine;
let world: World;
beforeAll(async () => {
  world = await startWorld();
  ({ test } = world);
});
afterAll(() => world?.stop());

async function filledOrder(ageMs: number): Promise<void> {
  const { clientOrderId } = world.order({ ageMs });
  await world.trade(world.act(clientOrderId, { do: 'fill' }, 1_000), { fills_complete: true });
}

/** A minute after the last run. */
async function listings(): Promise<{ report: StepReport; askedForOrders: number }> {
  const { ledger } = test.simulator;
  const before = ledger.requestCount('listOrders');
  const lastCompleteAt = new Date(Date.now() - MINUTE_MS).toISOString();
  const report = await world.step(reconcileListings, lastCompleteAt, { shownOpen: 0 });
  return { report, askedForOrders: ledger.requestCount('listOrders') - before };
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

  it('that hold an order which cannot be read show all others, and name that one', async () => {
    const { clientOrderId } = world.order({ ageMs: MINUTE_MS });
    const whole = await listings();
    test.simulator.faults.add({
      match: { endpoint: 'listOrders', clientOrderId },
      do: { kind: 'patch', fields: { filled_value: 'a lot' } },
    });

    const { report } = await listings();

    expect(whole.report.gaps).toEqual([]);
    expect(report.ordersSeen).toBe(whole.report.ordersSeen - 1);
    const orderId = test.simulator.ledger.orderByClientId(clientOrderId)?.orderId;
    expect(report).toMatchObject({ gaps: [], unreadable: [{ orderId }] });
    test.simulator.faults.clear();
  });
});
