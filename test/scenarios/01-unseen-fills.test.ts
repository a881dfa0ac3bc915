import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectEnd, expectNever, faultInLooks, monitored } from '../support/scenario.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

// https://github.com/nautechsystems/nautilus_trader/issues/3869
describe('scenario 1: an order is filled, and no message is ever sent', () => {
  it.concurrent(
    'completes it within one interval of monitoring, and releases the bot',
    async () => {
      const request = marketOrder({ botId: 'untold', policy: { ...QUICK, monitorIntervalMs: 2_000 } });
      const { clientOrderId } = request;
      test.simulator.pushFaults.add({ match: { clientOrderId }, do: { kind: 'miss' } });
      const handle = await monitored(test, request);
      expect(await test.trades.openTradesOf('untold', 'BTC-USD')).toMatchObject([{ clientOrderId, status: 'pending' }]);

      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      const { trade, events } = await expectEnd(test, handle, '01-filled-without-a-message');
      expect(trade).toMatchObject({ status: 'completed', detectedBy: 'monitoring', immediateFill: false });
      const lagMs = Date.parse(trade.fillDetectedAt ?? '') - Date.parse(trade.filledAt ?? '');
      // One interval, and what a busy machine adds.
      expect(lagMs).toBeLessThan(2_000 + 1_500);
      expect(events).toContainEqual(
        expect.objectContaining({ fromStatus: 'pending', toStatus: 'completed', cause: 'observed', source: 'sweep' }),
      );
      expect(await test.trades.openTradesOf('untold', null)).toEqual([]);
    },
    240_000,
  );
});

// https://github.com/hummingbot/hummingbot/issues/905
describe('scenario 14: an order is filled before anybody looks', () => {
  it.concurrent(
    'is completed directly, with immediate_fill, and was never pending',
    async () => {
      const request = marketOrder();

      const { trade, events } = await expectEnd(test, await test.start(request), '14-filled-before-the-first-look');

      expect(trade).toMatchObject({ status: 'completed', immediateFill: true, detectedBy: 'immediate-check' });
      expectNever(events, 'pending', 'stale');
    },
    240_000,
  );
});

// https://github.com/freqtrade/freqtrade/issues/7586
describe('scenario 16: a market order ends with a filled size other than the requested one', () => {
  it.concurrent(
    "is completed by the exchange's status, though less was filled",
    async () => {
      const request = marketOrder();
      test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', size: '0.0001' }, { do: 'complete' }] });

      const { trade } = await expectEnd(test, await test.start(request), '16-filled-with-less');

      expect(trade).toMatchObject({ status: 'completed', filledSize: '0.0001' });
    },
    240_000,
  );

  it.concurrent(
    "is completed by the exchange's status, though more was filled",
    async () => {
      const request = marketOrder({ orderConfiguration: { market_market_ioc: { base_size: '0.001' } } });
      test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', size: '0.0012' }, { do: 'complete' }] });

      const { trade } = await expectEnd(test, await test.start(request), '16-filled-with-more');

      expect(trade).toMatchObject({ status: 'completed', filledSize: '0.0012' });
    },
    240_000,
  );

  it.concurrent(
    'is not ended while the exchange says OPEN, though the whole size was filled',
    async () => {
      const request = marketOrder({
        policy: QUICK,
        orderConfiguration: { market_market_ioc: { base_size: '0.001' } },
      });
      const open = faultInLooks(test, request, { kind: 'patch', fields: { status: 'OPEN' } });
      const handle = await test.start(request);

      const whole = await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
      expect(whole).toMatchObject({ status: 'pending', filledSize: '0.001', fillDetectedAt: null });
      open.remove();

      const { trade } = await expectEnd(test, handle, '16-whole-but-open');
      expect(trade).toMatchObject({ status: 'completed', detectedBy: 'monitoring', immediateFill: false });
    },
    240_000,
  );
});
