import { untilFillsComplete } from '../support/truth.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { startRaw } from '../support/raw-payload.ts';

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** Why the run failed. */
async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const error: unknown = await test.outcome(handle).then(
    () => new Error('the run did not fail'),
    (reason: unknown) => reason,
  );
  if (error instanceof WorkflowFailedError && error.cause instanceof ApplicationFailure) return error.cause;
  throw error;
}

async function expectNothingDone(clientOrderId: string): Promise<void> {
  expect(await test.trades.find(clientOrderId)).toBeNull();
  expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);
}

describe('a malformed request', () => {
  const MALFORMED: readonly [field: string, change: Record<string, unknown>][] = [
    ['botId', { botId: '' }],
    ['botId', { botId: 'b'.repeat(129) }],
    ['botId', { botId: 'a\u0000b' }],
    ['botId', { botId: null }],
    ['productId', { productId: 7 }],
    ['productId', { productId: undefined }],
    ['side', { side: 'buy' }],
    ['orderConfiguration', { orderConfiguration: {} }],
    ['orderConfiguration', { orderConfiguration: { market_market_ioc: { quote_size: '1' }, limit_limit_gtc: {} } }],
    ['orderConfiguration.market', { orderConfiguration: { market: { quote_size: '1' } } }],
    [
      'orderConfiguration.market_market_ioc.quote_size',
      { orderConfiguration: { market_market_ioc: { quote_size: 10 } } },
    ],
    [
      'orderConfiguration.market_market_ioc.quote_size',
      { orderConfiguration: { market_market_ioc: { quote_size: '1e3' } } },
    ],
    [
      'orderConfiguration.market_market_ioc.quote_size',
      { orderConfiguration: { market_market_ioc: { quote_size: '-1' } } },
    ],
    ['orderConfiguration.limit_limit_gtc.limit_price', { orderConfiguration: { limit_limit_gtc: { base_size: '1' } } }],
    ['policy.placeForMs', { policy: { placeForMs: 120_001 } }],
    ['policy.monitorForMs', { policy: { monitorForMs: '1000' } }],
    ['policy.pollEveryMs', { policy: { pollEveryMs: 5 } }],
    ['quantity', { quantity: '1' }],
  ];

  it.each(MALFORMED)('fails the run at once, naming %s, and nothing is placed', async (field, change) => {
    const request = { ...marketOrder(), ...change };

    const failure = await failureOf(await test.start(request));

    expect(failure).toMatchObject({ type: 'InvalidOrderRequest', nonRetryable: true });
    expect(failure.message).toContain(`${field}: `);
    await expectNothingDone(request.clientOrderId);
  });

  it('has all of its wrong fields named at once', async () => {
    const request = { ...marketOrder(), botId: 5, side: 'LONG', orderConfiguration: [], policy: { monitorForMs: 1 } };

    const { message } = await failureOf(await test.start(request));

    for (const field of ['botId', 'side', 'orderConfiguration', 'policy.monitorForMs'])
      expect(message).toContain(`${field}: `);
  });

  it.each([
    ['a text', 'buy some'],
    ['null', null],
    ['a list', []],
    ['nothing that has a clientOrderId', { botId: 'bot7' }],
    ['a clientOrderId with a space', { clientOrderId: 'a b' }],
  ])('that is %s fails in the same way', async (_what, request) => {
    const { clientOrderId } = marketOrder();

    expect(await failureOf(await test.start(request, clientOrderId))).toMatchObject({ type: 'InvalidOrderRequest' });
    await expectNothingDone(clientOrderId);
  });

  it('whose bytes are no JSON fails in the same way', async () => {
    const { clientOrderId } = marketOrder();
    await startRaw(test.client, {
      workflowId: workflowIdOf(clientOrderId),
      taskQueue: test.taskQueue,
      payload: { encoding: 'json/plain', data: `{clientOrderId: ${clientOrderId}` },
    });

    const failure = await failureOf(test.client.workflow.getHandle(workflowIdOf(clientOrderId)));

    expect(failure).toMatchObject({ type: 'InvalidOrderRequest' });
    await expectNothingDone(clientOrderId);
  });
});

describe('a request under the id of another workflow', () => {
  it('is refused, so that one order never has two workflows', async () => {
    const request = marketOrder();

    const failure = await failureOf(await test.start(request, `${request.clientOrderId}-2`));

    expect(failure).toMatchObject({ type: 'InvalidOrderRequest' });
    expect(failure.message).toContain(workflowIdOf(request.clientOrderId));
    await expectNothingDone(request.clientOrderId);
  });

  it('that no trade has is refused when it is given alone, naming what is missing', async () => {
    const { clientOrderId } = marketOrder();

    const failure = await failureOf(await test.start({ clientOrderId }));

    expect(failure).toMatchObject({ type: 'InvalidOrderRequest', nonRetryable: true });
    for (const field of ['botId', 'productId', 'side', 'orderConfiguration'])
      expect(failure.message).toContain(`${field}: `);
    await expectNothingDone(clientOrderId);
  });
});

describe('a request under a used client order id', () => {
  const OTHER: readonly [field: string, change: Partial<OrderRequest>][] = [
    ['botId', { botId: 'bot8' }],
    ['productId', { productId: 'ETH-USD' }],
    ['side', { side: 'SELL' }],
    ['orderConfiguration', { orderConfiguration: { market_market_ioc: { quote_size: '10' } } }],
    ['policy', { policy: { monitorForMs: 1_000 } }],
  ];

  it.each(OTHER)('that wants another %s conflicts, and changes nothing', async (field, change) => {
    const request = marketOrder();
    await test.outcome(await test.start(request));
    const before = await untilFillsComplete(test.trades, request.clientOrderId);
    const events = await test.trades.events(request.clientOrderId);

    const failure = await failureOf(await test.start({ ...request, ...change }));

    expect(failure).toMatchObject({ type: 'ClientOrderIdConflict', nonRetryable: true });
    expect(failure.message).toContain(`${field}: `);
    expect(await test.trades.find(request.clientOrderId)).toEqual(before);
    expect(await test.trades.events(request.clientOrderId)).toEqual(events);
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });

  it('that is equivalent is the same order', async () => {
    const request = limitOrder({ policy: { placeForMs: 30_000 } });
    test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill' }] });
    const first = await test.outcome(await test.start(request));
    const { orderConfiguration, policy: _left, ...rest } = request;
    const reordered = Object.fromEntries(Object.entries(orderConfiguration['limit_limit_gtc'] ?? {}).toReversed());

    const second = await test.outcome(
      await test.start({ orderConfiguration: { limit_limit_gtc: reordered }, policy: null, ...rest }),
    );

    expect(second).toMatchObject({ status: 'completed', orderId: first.orderId, filledAt: first.filledAt });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  });
});
