import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { OrderSyncClient } from '../../src/client/index.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { causesOf, expectAlert, expectEnd, expectNever, fault, monitored } from '../support/scenario.ts';

let test: TestEngine;
let client: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  client = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

// https://github.com/nautechsystems/nautilus_trader/issues/4479
describe('scenario 8: a partial fill, then CANCELLED', () => {
  it.concurrent(
    'is cancelled, and keeps its filled size, average price and fees',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.25', price: '50000' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.25', price: '49000' });
      test.simulator.exchange.act(clientOrderId, { do: 'cancel', message: 'User requested cancel' });

      const { trade } = await expectEnd(test, handle, '08-cancelled-after-a-partial-fill');

      expect(trade).toMatchObject({
        status: 'cancelled',
        filledSize: '0.001',
        averageFilledPrice: '49500',
        filledValue: '49.5',
        // The maker's rate of the simulated exchange.
        totalFees: '0.198',
        filledAt: null,
        fillDetectedAt: null,
        reason: 'User requested cancel',
      });
      expect(await test.trades.fillsOf(trade.orderId ?? '')).toHaveLength(2);
    },
    240_000,
  );
});

// https://github.com/bennycode/coinbase-pro-node/issues/334
describe('scenario 9: an order fills although its cancellation', () => {
  const OVERTAKEN = [
    ['was submitted', '09-cancel-submitted-but-filled', { steps: [{ do: 'fill', afterMs: 300 }] }],
    [
      'answers ORDER_IS_FULLY_FILLED',
      '09-cancel-says-fully-filled',
      { refuse: 'ORDER_IS_FULLY_FILLED', steps: [{ do: 'fill' }] },
    ],
    [
      'answers UNKNOWN_CANCEL_ORDER',
      '09-cancel-says-unknown',
      { refuse: 'UNKNOWN_CANCEL_ORDER', steps: [{ do: 'fill' }] },
    ],
  ] as const satisfies [string, string, OrderPlan['onCancel']][];

  it.concurrent.each(OVERTAKEN)(
    '%s: it is completed, and nothing is asked twice',
    async (_what, name, onCancel) => {
      const request = limitOrder({ policy: QUICK });
      test.simulator.exchange.setPlan(request, { onCancel });
      const handle = await monitored(test, request);

      await handle.signal('cancelOrder', { requestedBy: 'bot7', reason: 'price moved' });

      const { trade, events } = await expectEnd(test, handle, name);
      expect(trade).toMatchObject({ status: 'completed', filledSize: '0.002' });
      expect(test.simulator.ledger.cancels(trade.orderId ?? '')).toHaveLength(1);
      expect(causesOf(events).filter((cause) => cause === 'cancel_answered')).toHaveLength(1);
      expectNever(events, 'cancelled');
    },
    240_000,
  );
});

// https://github.com/barter-rs/barter-rs/issues/206
describe('scenario 10: a late OPEN arrives after FILLED', () => {
  it.concurrent(
    'and is ignored and recorded: an ended order stays ended',
    async () => {
      const request = marketOrder();
      const { clientOrderId } = request;
      const unlisted = fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' });
      const handle = await test.start(request);
      await test.untilState(clientOrderId, ({ status }) => status === 'completed');
      const ended = await test.trades.find(clientOrderId);
      const late = { status: 'OPEN', filled_size: '0', filled_value: '0', total_fees: '0', average_filled_price: '0' };
      const old = fault(test, request, { endpoint: 'getOrder' }, { kind: 'patch', fields: late });

      const report = await client.sync(clientOrderId);

      expect(report).toMatchObject({ changed: false, coinbase: { status: 'OPEN' }, after: { status: 'completed' } });
      const seen = { exchangeStatus: 'OPEN', lastCheckedAt: expect.any(String), updatedAt: expect.any(String) };
      expect(await test.trades.find(clientOrderId)).toMatchObject({ ...ended, ...seen });
      await expectAlert(test, request, 'contradiction');
      test.simulator.faults.remove(old);
      await sleep(200);
      test.simulator.faults.remove(unlisted);

      const { events } = await expectEnd(test, handle, '10-late-open');
      expect(events).toContainEqual(
        expect.objectContaining({
          cause: 'manual_sync',
          fromStatus: 'completed',
          toStatus: 'completed',
          evidence: expect.objectContaining({ status: 'OPEN', filled_size: '0' }),
        }),
      );
    },
    240_000,
  );
});
