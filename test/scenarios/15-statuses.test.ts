import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectAlert, expectEnd, expectNever, monitored } from '../support/scenario.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

// https://github.com/hummingbot/hummingbot/issues/7220
describe('scenario 15: an unusual status', () => {
  it.concurrent(
    'that is unknown is no end, and alerts',
    async () => {
      const request = marketOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'status', status: 'HALTED_FOR_REVIEW' });

      const halted = await test.untilState(
        clientOrderId,
        ({ exchangeStatus }) => exchangeStatus === 'HALTED_FOR_REVIEW',
      );
      expect(halted).toMatchObject({ state: 'monitoring', status: 'pending' });
      await expectAlert(test, request, 'unknown-status');
      test.simulator.exchange.act(clientOrderId, { do: 'open' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      const { events } = await expectEnd(test, handle, '15-unknown-status');
      expectNever(events, 'cancelled', 'failed', 'expired');
    },
    240_000,
  );

  it.concurrent(
    'CANCEL_QUEUED is no end: what fills until the cancellation counts',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'status', status: 'CANCEL_QUEUED' });
      const queued = await test.untilState(clientOrderId, ({ exchangeStatus }) => exchangeStatus === 'CANCEL_QUEUED');
      expect(queued).toMatchObject({ status: 'pending' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
      test.simulator.exchange.act(clientOrderId, { do: 'cancel' });

      const { trade } = await expectEnd(test, handle, '15-cancel-queued');
      expect(trade).toMatchObject({ status: 'cancelled', filledSize: '0.001' });
    },
    240_000,
  );

  it.concurrent(
    'EDIT_QUEUED is no end',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'status', status: 'EDIT_QUEUED' });
      const queued = await test.untilState(clientOrderId, ({ exchangeStatus }) => exchangeStatus === 'EDIT_QUEUED');
      expect(queued).toMatchObject({ status: 'pending' });
      test.simulator.exchange.act(clientOrderId, { do: 'open' });
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      await expectEnd(test, handle, '15-edit-queued');
      expect(test.alerts.filter((alert) => alert.clientOrderId === clientOrderId)).toEqual([]);
    },
    240_000,
  );

  it.concurrent(
    'EXPIRED releases the bot, is not filled, and keeps what was filled before',
    async () => {
      const request = limitOrder({ botId: 'expiring', policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
      test.simulator.exchange.act(clientOrderId, { do: 'expire' });

      const { trade, outcome } = await expectEnd(test, handle, '15-expired');
      expect(trade).toMatchObject({ status: 'expired', filledSize: '0.001', filledAt: null, fillDetectedAt: null });
      expect(outcome.state).toBe('closed');
      expect(await test.trades.openTradesOf('expiring', null)).toEqual([]);
    },
    240_000,
  );

  it.concurrent(
    'FAILED releases the bot, is not filled, and says why',
    async () => {
      const request = limitOrder({ botId: 'failing', policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'fail', reason: 'HOLD_FAILURE', message: 'funds were moved' });

      const { trade } = await expectEnd(test, handle, '15-failed');
      expect(trade).toMatchObject({ status: 'failed', filledSize: '0', reason: 'HOLD_FAILURE', filledAt: null });
      expect(await test.trades.openTradesOf('failing', null)).toEqual([]);
    },
    240_000,
  );
});
