import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectEnd, expectNever, untilRow } from '../support/scenario.ts';
import { deadline, eventually } from '../support/waiting.ts';

const PER_SECOND = 20;
const ORDERS = 40;

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ requestsPerSecond: PER_SECOND });
});
afterAll(() => test?.stop());

// https://github.com/hummingbot/hummingbot/issues/2380
describe('scenario 17: 429 for a while, and many orders wait', () => {
  it('holds the budget, puts people and placements first, calls nothing missing, and drains the backlog', async () => {
    const requests = Array.from({ length: ORDERS }, () =>
      limitOrder({ botId: 'many', policy: { ...QUICK, placeForMs: 60_000 } }),
    );
    for (const request of requests) test.simulator.exchange.setPlan(request, {});
    const handles = await Promise.all(requests.map((request) => test.start(request)));
    for (const request of requests) await untilRow(test, request, ({ status }) => status === 'pending');

    // Forty orders want eighty looks a second, and get twenty; whoever asks by hand does not wait behind them.
    const [first] = handles as [WorkflowHandle];
    await deadline(first.executeUpdate('syncNow'), 4_000, 'a sync by hand');

    const json = { errors: [{ id: 'rate_limit_exceeded', message: 'Too many requests' }] };
    const html = '<html><body><h1>429 Too Many Requests</h1></body></html>';
    for (const body of [html, json]) {
      const match = { times: 3, ...(body === html ? {} : { skip: 3 }) };
      test.simulator.faults.add({ match, do: { kind: 'answer', when: 'before', status: 429, body } });
    }
    const throttled = () => test.simulator.faults.list().reduce((hits, fault) => hits + fault.hits, 0);
    await eventually(() => throttled() === 6, { withinMs: 60_000, what: 'the exchange to have said 429 six times' });
    for (const { clientOrderId } of requests) {
      expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending', reason: null });
    }
    for (const { clientOrderId } of requests) test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    for (const handle of handles) {
      const { trade, events } = await expectEnd(test, handle, '17-throttled');
      expect(trade.status).toBe('completed');
      expectNever(events, 'stale', 'failed', 'cancelled');
    }
    // The exchange counts by the clock's seconds, in which requests of two windows may arrive.
    expect(test.simulator.ledger.busiestSecond()).toBeLessThanOrEqual(PER_SECOND + 2);
  });
});
