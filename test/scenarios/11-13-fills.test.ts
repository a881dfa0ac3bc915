import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import { OrderSyncClient } from '../../src/client/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { temporalAddress } from '../support/resources.ts';
import { QUICK } from '../support/policies.ts';
import { causesOf, expectAlert, expectEnd, expectTimeline, fault, monitored, untilRow } from '../support/scenario.ts';
import { expectTruth, untilFillsComplete } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let client: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  client = await OrderSyncClient.connect({ address: temporalAddress(), taskQueue: test.taskQueue });
});
afterAll(async () => {
  await client?.close();
  await test?.stop();
});

function act({ clientOrderId }: OrderRequest, ...actions: Parameters<typeof test.simulator.exchange.act>[1][]): void {
  for (const action of actions) test.simulator.exchange.act(clientOrderId, action);
}

// https://github.com/freqtrade/freqtrade/issues/4511
describe('scenario 11: FILLED before all fills are listed', () => {
  it.concurrent(
    'releases the bot at once, and asks again until their sum is the filled size',
    async () => {
      const request = marketOrder({ botId: 'early' });
      const { clientOrderId } = request;
      test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill', part: '0.5' }, { do: 'fill' }] });
      const unlisted = fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' });
      const handle = await test.start(request);

      await test.untilState(clientOrderId, ({ status }) => status === 'completed');
      expect(await test.trades.openTradesOf('early', null)).toEqual([]);
      expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'completed', fillsComplete: false });
      test.simulator.faults.remove(unlisted);

      const { trade } = await expectEnd(test, handle, '11-fills-listed-late');
      expect(trade.fillsComplete).toBe(true);
      expect(await test.trades.fillsOf(trade.orderId ?? '')).toHaveLength(2);
    },
    240_000,
  );

  it.concurrent(
    'and if they do not add up for half a minute: flags and alerts, and records them when they are listed',
    async () => {
      const request = marketOrder();
      const { clientOrderId } = request;
      const unlisted = fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' });
      const handle = await test.start(request);

      const outcome = await test.outcome(handle, 90_000);

      expect(outcome).toMatchObject({ status: 'completed', fillsComplete: false });
      await expectAlert(test, request, 'fills-incomplete', 45_000);
      const events = await expectTimeline(test, handle, clientOrderId, '11-fills-never-listed');
      const [ended, flagged] = events.slice(-2);
      expect([ended?.cause, flagged?.cause]).toEqual(['observed', 'fills_incomplete']);
      expect(Date.parse(flagged?.at ?? '') - Date.parse(ended?.at ?? '')).toBeLessThan(30_000 + 10_000);
      // What the order itself told is kept meanwhile.
      const { totalFees, filledSize } = test.simulator.ledger.orderByClientId(clientOrderId) ?? {};
      expect(await test.trades.find(clientOrderId)).toMatchObject({ totalFees, filledSize, fillsComplete: false });

      test.simulator.faults.remove(unlisted);
      await untilFillsComplete(test.trades, clientOrderId, 60_000);
      await expectTruth(test.trades, test.simulator, clientOrderId);
    },
    240_000,
  );

  it.concurrent(
    'of twenty orders at once are asked for in few requests',
    async () => {
      const requests = Array.from({ length: 20 }, () => limitOrder({ botId: 'grid', policy: QUICK }));
      const unlisted = requests.map((request) => fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' }));
      for (const request of requests) test.simulator.exchange.setPlan(request, {});
      const handles = await Promise.all(requests.map((request) => test.start(request)));
      for (const request of requests) await untilRow(test, request, ({ status }) => status === 'pending');
      for (const request of requests) act(request, { do: 'fill' });
      await eventually(async () => (await test.trades.openTradesOf('grid', null)).length === 0, {
        withinMs: 30_000,
        what: 'all of them to be released',
      });
      const before = test.simulator.ledger.requestCount('listFills');
      for (const rule of unlisted) test.simulator.faults.remove(rule);

      await Promise.all(handles.map((handle) => test.outcome(handle, 60_000)));

      for (const { clientOrderId } of requests) await expectTruth(test.trades, test.simulator, clientOrderId);
      // Others ask meanwhile too.
      expect(test.simulator.ledger.requestCount('listFills') - before).toBeLessThan(20);
    },
    240_000,
  );
});

// https://github.com/hummingbot/hummingbot/issues/1142
describe('scenario 12: the same fill is reported again and again', () => {
  it.concurrent(
    'twice in one list, on every look, and in another run: it is counted once',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const { clientOrderId } = request;
      fault(test, request, { endpoint: 'listFills' }, { kind: 'repeat' });
      const late = fault(test, request, { endpoint: 'listFills', skip: 1 }, { kind: 'lag', ms: 1_000 });
      const handle = await monitored(test, request);
      act(request, { do: 'fill', part: '0.5' }, { do: 'fill', part: '0.25' }, { do: 'cancel' });

      const { trade } = await expectEnd(test, handle, '12-same-fills-again');
      test.simulator.faults.remove(late);
      expect(trade).toMatchObject({ status: 'cancelled', filledSize: '0.0015' });
      expect(await test.trades.fillsOf(trade.orderId ?? '')).toHaveLength(2);

      await client.sync(clientOrderId, { requestedBy: 'mia', reason: 'to be sure' });
      const again = await expectTruth(test.trades, test.simulator, clientOrderId);
      const { updatedAt, lastCheckedAt } = again;
      expect(again).toEqual({ ...trade, updatedAt, lastCheckedAt });
    },
    240_000,
  );
});

// Coinbase's description of the list of fills: trade_id is unique for the trade type FILL only.
describe('scenario 13: fills are taken back and corrected under the same trade id', () => {
  it.concurrent(
    'while the order is open: all rows are kept, and the totals are net',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const handle = await monitored(test, request);
      act(request, { do: 'fill', part: '0.5' });
      await test.untilState(request.clientOrderId, ({ filledSize }) => filledSize === '0.001');
      act(request, { do: 'reverse', correctedSize: '0.0008' }, { do: 'fill', tradeType: 'SYNTHETIC' });

      const { trade } = await expectEnd(test, handle, '13-corrected-while-open');

      const rows = await test.trades.fillsOf(trade.orderId ?? '');
      expect(rows.map(({ tradeType }) => tradeType).toSorted()).toEqual([
        'CORRECTION',
        'FILL',
        'REVERSAL',
        'SYNTHETIC',
      ]);
      expect(new Set(rows.map(({ tradeId }) => tradeId)).size).toBe(2);
      // 0.001 was taken back, 0.0008 put in its place, and the rest filled at the limit of 50,000.
      expect(trade).toMatchObject({ filledSize: '0.002', filledValue: '100', totalFees: '0.4' });
    },
    240_000,
  );

  it.concurrent(
    'after FILLED was seen: the fills and a new look agree on what is true',
    async () => {
      const request = marketOrder({ orderConfiguration: { market_market_ioc: { base_size: '0.001' } } });
      const { clientOrderId } = request;
      const unlisted = fault(test, request, { endpoint: 'listFills' }, { kind: 'omit' });
      const handle = await test.start(request);
      await test.untilState(clientOrderId, ({ status }) => status === 'completed');
      expect(await test.trades.find(clientOrderId)).toMatchObject({ filledSize: '0.001' });
      act(request, { do: 'reverse', correctedSize: '0.0009' });
      test.simulator.faults.remove(unlisted);

      const { trade } = await expectEnd(test, handle, '13-corrected-after-the-end');

      expect(trade).toMatchObject({ status: 'completed', filledSize: '0.0009' });
      act(request, { do: 'reverse' });
      const report: SyncReport = await client.sync(clientOrderId, { requestedBy: 'mia', reason: 'busted trade' });
      expect(report).toMatchObject({ coinbase: { status: 'FILLED' }, after: { status: 'completed' } });
      const busted = await expectTruth(test.trades, test.simulator, clientOrderId);
      expect(busted.filledSize).toBe(test.simulator.ledger.orderByClientId(clientOrderId)?.filledSize);
      expect(await test.trades.fillsOf(trade.orderId ?? '')).toHaveLength(4);
    },
    240_000,
  );

  it.concurrent(
    'all of them, before a cancellation: nothing is left filled',
    async () => {
      const request = limitOrder({ policy: QUICK });
      const handle = await monitored(test, request);
      act(request, { do: 'fill', part: '0.5' });
      await test.untilState(request.clientOrderId, ({ filledSize }) => filledSize === '0.001');
      act(request, { do: 'reverse' }, { do: 'cancel' });

      const { trade, events } = await expectEnd(test, handle, '13-all-taken-back');

      expect(trade).toMatchObject({ status: 'cancelled', filledSize: '0', averageFilledPrice: null, totalFees: '0' });
      expect(causesOf(events)).toContain('fills');
    },
    240_000,
  );
});
