import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { marketOrder } from '../support/engine.ts';
import { expectEnd, expectNever } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await startWorkerFixture({ environment: async () => ({ COINBASE_REQUESTS_PER_SECOND: '500' }) });
});
afterAll(() => fixture?.stop());

// https://github.com/chrisleekr/binance-trading-bot
describe('scenario 4: the worker dies between the POST and the database', () => {
  it('another worker finds the order that is there: exactly one, and its row is right', async () => {
    // Long enough for a second attempt after the 10 s in which a dead worker is noticed.
    const request = marketOrder({ policy: { placeForMs: 120_000 } });
    const { clientOrderId } = request;
    const { simulator, database } = fixture;
    const match = { endpoint: 'createOrder', clientOrderId, times: 1 } as const;
    simulator.faults.add({ match, do: { kind: 'hang', when: 'after' } });
    // By push the fill would be known without an answer.
    simulator.pushFaults.add({ match: {}, do: { kind: 'miss' } });
    const handle = await fixture.start(request);
    await eventually(() => simulator.ledger.orderByClientId(clientOrderId)?.status === 'FILLED', {
      withinMs: 20_000,
      what: 'the order at the exchange',
    });
    expect(await database.trades.find(clientOrderId)).toMatchObject({
      status: 'placing',
      orderId: null,
      postAttempts: 1,
    });

    await fixture.worker.kill();
    await fixture.another();

    const observed = { trades: database.trades, simulator, outcome: fixture.outcomeOf };
    const { trade, events } = await expectEnd(observed, handle, '04-worker-dies-before-the-answer', { posts: 2 });
    expect(trade).toMatchObject({ status: 'completed', immediateFill: true, postAttempts: 2 });
    expectNever(events, 'pending', 'stale', 'failed');
    expect(simulator.ledger.posts(clientOrderId).map(({ outcome: became }) => became)).toEqual(['created', 'replayed']);
  });
});
