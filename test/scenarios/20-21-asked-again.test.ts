import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import { call, type Answer } from '../http/caller.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { expectAlert, expectEnd, expectTimeline, fault, fillUnseen, monitored } from '../support/scenario.ts';
import { expectTruth, untilFillsComplete } from '../support/truth.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
  // The feed begins with a look at all open orders: an order that a test fills must not be open then.
  const first = marketOrder();
  await test.outcome(await test.start(first));
  await untilFillsComplete(test.trades, first.clientOrderId);
});
afterAll(() => test?.stop());

function syncByHttp(clientOrderId: string, requestedBy: string): Promise<Answer> {
  const url = `${test.engine.http?.url}/api/v1/trades/sync-order-status/${clientOrderId}`;
  return call(url, { body: { requested_by: requestedBy, reason: 'blocked' } });
}

// https://github.com/freqtrade/freqtrade/issues/8708
describe('scenario 20: a manual sync', () => {
  it.concurrent(
    'asked for by many at once, by every way, is one after the other: one changes the order',
    async () => {
      const request = marketOrder({ policy: SLOW });
      const { clientOrderId } = request;
      const handle = await monitored(test, request);
      const listFill = fillUnseen(test, request);

      const [, ...reports] = await Promise.all([
        handle.signal('manualSync', { requestedBy: 'ann', reason: 'blocked' }),
        handle.executeUpdate<SyncReport, []>('syncNow'),
        handle.executeUpdate<SyncReport, []>('syncNow'),
        syncByHttp(clientOrderId, 'ben').then(({ body }) => body as unknown as SyncReport),
      ]);
      listFill();

      const { trade, events } = await expectEnd(test, handle, '20-synced-by-many');
      expect(trade).toMatchObject({ status: 'completed', detectedBy: 'manual-sync' });
      const synced = events.filter(({ cause }) => cause === 'manual_sync');
      expect(synced).toHaveLength(4);
      expect(synced.filter(({ fromStatus, toStatus }) => fromStatus !== toStatus)).toHaveLength(1);
      expect(reports.filter(({ changed }) => changed).length).toBeLessThanOrEqual(1);
      for (const { after } of reports) expect(after.status).toBe('completed');
    },
    240_000,
  );

  it.concurrent(
    'after the workflow closed reports the same before and after, and changes nothing',
    async () => {
      const request = marketOrder();
      const { clientOrderId } = request;
      await test.outcome(await test.start(request));
      const ended = await untilFillsComplete(test.trades, clientOrderId);

      for (const requestedBy of ['ann', 'ben']) {
        const { status, body } = await syncByHttp(clientOrderId, requestedBy);
        expect({ status, body }).toMatchObject({ status: 200, body: { changed: false, requested_by: requestedBy } });
        expect(body['before']).toEqual(body['after']);
      }

      const row = await expectTruth(test.trades, test.simulator, clientOrderId);
      const { updatedAt, lastCheckedAt } = row;
      expect(row).toEqual({ ...ended, updatedAt, lastCheckedAt });
      expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);
      const askers = (await test.trades.events(clientOrderId)).flatMap(({ requestedBy }) => requestedBy ?? []);
      expect(askers).toEqual(['ann', 'ben']);
    },
    240_000,
  );
});

// https://github.com/hummingbot/hummingbot/issues/5161
describe('scenario 21: the exchange answers a used client order id with an older order', () => {
  const OLDER: readonly [what: string, change: Partial<OrderRequest>, ageMs: number, field: string][] = [
    ['of another product', { productId: 'ETH-USD' }, 0, 'product_id'],
    [
      'of the other side',
      { side: 'SELL', orderConfiguration: { market_market_ioc: { base_size: '0.001' } } },
      0,
      'side',
    ],
    [
      'of another size',
      { orderConfiguration: { market_market_ioc: { quote_size: '11.00' } } },
      0,
      'order_configuration',
    ],
    ['of yesterday', {}, 86_400_000, 'created_time'],
  ];

  it.concurrent.each(OLDER)(
    '%s: that is an error with the field named, and never an adoption',
    async (what, change, ageMs, field) => {
      const request = marketOrder();
      const { clientOrderId } = request;
      const { productId, side, orderConfiguration: configuration } = { ...request, ...change };
      const { order } = test.simulator.exchange.place(
        { clientOrderId, productId, side, configuration },
        Date.now() - ageMs,
      );

      const handle = await test.start(request);
      const outcome = await test.outcome(handle);

      const mismatch = { status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH', orderId: null, filledSize: '0' };
      expect(outcome).toMatchObject(mismatch);
      expect(await test.trades.find(clientOrderId)).toMatchObject(mismatch);
      expect(await test.trades.fillsOf(order.orderId)).toEqual([]);
      await expectAlert(test, request, 'intent-mismatch');
      const event = (await test.trades.events(clientOrderId)).find(({ cause }) => cause === 'intent_mismatch');
      expect(event?.evidence?.['fields']).toEqual(expect.arrayContaining([field]));
      if (what === 'of the other side') {
        await expectTimeline(test, handle, clientOrderId, '21-older-order-under-the-id');
      }
    },
    240_000,
  );

  it.concurrent(
    'found in the listing after the answers were lost: the same error',
    async () => {
      const request = marketOrder({ policy: { placeForMs: 5_000 } });
      const { clientOrderId, productId, side } = request;
      const configuration = { market_market_ioc: { quote_size: '11.00' } };
      test.simulator.exchange.place({ clientOrderId, productId, side, configuration });
      fault(test, request, { endpoint: 'createOrder' }, { kind: 'reset', when: 'after' });

      const outcome = await test.outcome(await test.start(request), 60_000);

      expect(outcome).toMatchObject({ status: 'failed', reason: 'CLIENT_ORDER_ID_MISMATCH', orderId: null });
      expect(test.simulator.ledger.orders().filter((order) => order.clientOrderId === clientOrderId)).toHaveLength(1);
    },
    240_000,
  );
});
