import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectEnd, expectNever, fault, monitored } from '../support/scenario.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** What a look may get instead of an order, one after the other. */
const UNREADABLE: readonly FaultAction[] = [
  { kind: 'truncate' },
  { kind: 'answer', when: 'after', status: 200, body: '<html>maintenance</html>', contentType: 'text/html' },
  { kind: 'answer', when: 'after', status: 401, body: 'Unauthorized' },
  { kind: 'answer', when: 'after', status: 404, body: '<html>no such page</html>' },
  { kind: 'answer', when: 'after', status: 502, body: 'N/A' },
  { kind: 'answer', when: 'after', status: 200, body: { order: null } },
  { kind: 'answer', when: 'after', status: 200, body: '' },
  { kind: 'patch', fields: { filled_size: '1,5' } },
  { kind: 'patch', fields: { status: '', filled_size: '', total_fees: '', average_filled_price: '' } },
];

// https://github.com/coinbase/coinbase-advanced-py/issues/60
describe('scenario 23: REST gives undocumented answers', () => {
  it.concurrent(
    'to looks: none of it ends the order, crashes or changes a figure',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
      const half = await test.untilState(clientOrderId, ({ filledSize }) => filledSize === '0.001');
      for (const action of UNREADABLE) {
        const rule = fault(test, request, { endpoint: 'getOrder', times: 1 }, action);
        await handle.executeUpdate('syncNow');
        expect(await test.state(clientOrderId)).toMatchObject({
          status: 'pending',
          filledSize: half.filledSize,
          totalFees: half.totalFees,
          averageFilledPrice: half.averageFilledPrice,
        });
        test.simulator.faults.remove(rule);
      }
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });

      const { events } = await expectEnd(test, handle, '23-unreadable-looks');
      expectNever(events, 'cancelled', 'failed', 'stale');
    },
    240_000,
  );

  it.concurrent(
    'to each POST a plain-text 401: rejected when the window closes',
    async () => {
      const request = marketOrder({ policy: { placeForMs: 5_000 } });
      fault(
        test,
        request,
        { endpoint: 'createOrder' },
        { kind: 'answer', when: 'before', status: 401, body: 'Unauthorized' },
      );

      const handle = await test.start(request);
      await test.outcome(handle);
      const posts = test.simulator.ledger.postCount(request.clientOrderId);

      const { trade } = await expectEnd(test, handle, '23-unauthorised-post', { posts });

      expect(posts).toBeGreaterThan(1);

      expect(trade).toMatchObject({ status: 'rejected', reason: 'UNAUTHORIZED' });
    },
    240_000,
  );

  it.concurrent(
    'slowly, with unknown fields and statuses: the values are kept',
    async () => {
      const request = marketOrder();
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'delay', when: 'after', ms: 2_000 });
      fault(test, request, { endpoint: 'getOrder' }, { kind: 'delay', when: 'after', ms: 1_500 });
      const order = { order_type: 'QUANTUM', fee: '', new_object: { deep: [1] }, reject_reason: 'SOMETHING_NEW' };
      fault(test, request, { endpoint: 'getOrder' }, { kind: 'patch', fields: order });
      const fill = {
        liquidity_indicator: 'SOMETHING_NEW',
        sequence_timestamp: '',
        side: '',
        commission_detail_total: {},
      };
      fault(test, request, { endpoint: 'listFills' }, { kind: 'patch', fields: fill });

      const { trade } = await expectEnd(test, await test.start(request), '23-unknown-words');

      expect(trade).toMatchObject({ status: 'completed', reason: null });
      const [row] = await test.trades.fillsOf(trade.orderId ?? '');
      expect(row).toMatchObject({ liquidityIndicator: 'SOMETHING_NEW', sequenceTimestamp: null, side: null });
    },
    240_000,
  );

  it.concurrent(
    'with FILLED and empty figures: the bot is released, and the fills and a new look supply them',
    async () => {
      const request = marketOrder();
      const empty = { filled_size: '', filled_value: '', total_fees: '', average_filled_price: '', last_fill_time: '' };
      const { clientOrderId } = request;
      const unlisted = fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' });
      const figureless = fault(test, request, { endpoint: 'getOrder' }, { kind: 'patch', fields: empty });
      const handle = await test.start(request);
      await test.untilState(clientOrderId, ({ status }) => status === 'completed');
      expect(await test.trades.find(clientOrderId)).toMatchObject({ filledSize: '0', fillsComplete: false });
      test.simulator.faults.remove(figureless);
      test.simulator.faults.remove(unlisted);

      const { trade } = await expectEnd(test, handle, '23-filled-without-figures');

      expect(trade.filledSize).not.toBe('0');
    },
    240_000,
  );
});
