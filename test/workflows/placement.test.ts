import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { withDefaults } from '../../src/domain/order/policy.ts';
import type { FaultAction } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { uniqueTaskQueue } from '../support/resources.ts';
import { QUICK } from '../support/policies.ts';
import { causesWithoutFills } from '../support/scenario.ts';
import { eventually, untilPast } from '../support/waiting.ts';

/** Long enough for a busy machine's first attempt, shorter than the 5 s in which a POST that hangs is given up. */
const PLACE_FOR_MS = 4_000;

const EXCHANGE_ORDER_ID = defineSearchAttributeKey('ExchangeOrderId', SearchAttributeType.KEYWORD);

/** For an order that has to wait for the end of its window, and then for a search. */
const PATIENT_MS = 60_000;

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** What goes wrong with the first POST of the order. */
function firstPost({ clientOrderId }: OrderRequest, fault: FaultAction): void {
  test.simulator.faults.add({ match: { endpoint: 'createOrder', clientOrderId, times: 1 }, do: fault });
}

function everyPost({ clientOrderId }: OrderRequest, fault: FaultAction): string {
  return test.simulator.faults.add({ match: { endpoint: 'createOrder', clientOrderId }, do: fault });
}

function ordersOf({ clientOrderId }: OrderRequest): number {
  return test.simulator.ledger.orders().filter((order) => order.clientOrderId === clientOrderId).length;
}

describe('a placement whose outcome is unknown', () => {
  const UNKNOWN: readonly [what: string, fault: FaultAction][] = [
    ['reset after the order was accepted', { kind: 'reset', when: 'after' }],
    ['reset before the exchange saw it', { kind: 'reset', when: 'before' }],
    [
      'answered with 502 and a page of HTML',
      { kind: 'answer', when: 'after', status: 502, body: '<html>Bad Gateway</html>' },
    ],
    ['answered with 503 and JSON', { kind: 'answer', when: 'after', status: 503, body: { error: 'UNAVAILABLE' } }],
    [
      'answered with 429',
      { kind: 'answer', when: 'after', status: 429, body: { errors: [{ id: 'rate_limit_exceeded' }] } },
    ],
    ['answered with half of its JSON', { kind: 'truncate' }],
    ['never answered', { kind: 'hang', when: 'after' }],
  ];

  it.each(UNKNOWN)('%s is posted again with the same body, and there is one order', async (_what, fault) => {
    const request = marketOrder();
    firstPost(request, fault);

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'completed' });
    const posts = test.simulator.ledger.posts(request.clientOrderId);
    expect(posts).toHaveLength(2);
    expect(posts[1]?.body).toBe(posts[0]?.body);
    expect(ordersOf(request)).toBe(1);
    expect(outcome.orderId).toBe(test.simulator.ledger.orderByClientId(request.clientOrderId)?.orderId);
    expect(await causesWithoutFills(test, request)).toEqual([
      'intent',
      'post_attempt',
      'post_outcome',
      'post_attempt',
      'accepted',
      'observed',
    ]);
  });

  it('is not refused by what a later attempt is told: the first one may have taken the funds', async () => {
    const request = marketOrder({ policy: { ...QUICK, placeForMs: PLACE_FOR_MS } });
    test.simulator.exchange.setPlan(request, {});
    firstPost(request, { kind: 'reset', when: 'after' });
    test.simulator.faults.add({
      match: { endpoint: 'createOrder', clientOrderId: request.clientOrderId, skip: 1 },
      do: { kind: 'refuse', code: 'INSUFFICIENT_FUND' },
    });
    const hidden = test.simulator.faults.add({ match: { endpoint: 'listOrders' }, do: { kind: 'omit' } });
    const handle = await test.start(request);

    const stale = await test.untilState(request.clientOrderId, ({ status }) => status === 'stale', PATIENT_MS);
    expect(stale).toMatchObject({ state: 'stale', orderId: null, reason: null });
    expect(await causesWithoutFills(test, request)).not.toContain('refused');
    test.simulator.faults.remove(hidden);

    const found = await test.untilState(request.clientOrderId, ({ orderId }) => orderId !== null, PATIENT_MS);
    expect(found.status).toBe('stale');
    expect((await handle.describe()).typedSearchAttributes.get(EXCHANGE_ORDER_ID)).toBe(found.orderId);
    test.simulator.exchange.act(found.orderId ?? '', { do: 'fill' });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', staleSince: null });
    expect(ordersOf(request)).toBe(1);
  });

  it('at the end of the window is stale without an order id, alerts, and adopts the order when it lands late', async () => {
    const request = limitOrder({ policy: { ...QUICK, placeForMs: PLACE_FOR_MS, monitorForMs: 60_000 } });
    const { clientOrderId } = request;
    test.simulator.exchange.setPlan(request, {});
    // Each POST reaches the exchange long after its answer was given up.
    const delay = everyPost(request, { kind: 'delay', when: 'before', ms: 9_000 });
    const handle = await test.start(request);

    const stale = await test.untilState(clientOrderId, ({ status }) => status === 'stale', PATIENT_MS);
    expect(stale).toMatchObject({ state: 'stale', orderId: null, exchangeStatus: null, detectedBy: null });
    expect(stale.staleSince).not.toBeNull();
    expect(test.alerts).toContainEqual(expect.objectContaining({ alert: 'stale', clientOrderId }));
    expect(ordersOf(request)).toBe(0);
    test.simulator.faults.remove(delay);

    const adopted = await test.untilState(clientOrderId, ({ orderId }) => orderId !== null, PATIENT_MS);
    expect(adopted).toMatchObject({ state: 'monitoring', status: 'pending', staleSince: null });
    test.simulator.exchange.act(adopted.orderId ?? '', { do: 'fill' });
    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    const posts = test.simulator.ledger.posts(clientOrderId);
    const created = Date.parse((await test.trades.find(clientOrderId))?.createdAt ?? '');
    for (const post of posts) expect(Date.parse(post.receivedAt)).toBeLessThanOrEqual(created + PLACE_FOR_MS + 100);
    expect(ordersOf(request)).toBe(1);
    const event = (await test.trades.events(clientOrderId)).find(({ source }) => source === 'sweep');
    expect(event).toMatchObject({ fromStatus: 'stale', toStatus: 'pending' });
  });

  it('is settled by the listing at the end of the window, when the order is there', async () => {
    const request = marketOrder({ policy: { placeForMs: PLACE_FOR_MS } });
    everyPost(request, { kind: 'hang', when: 'after' });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ status: 'completed', immediateFill: true, staleSince: null });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
    expect(await causesWithoutFills(test, request)).toEqual(['intent', 'post_attempt', 'post_outcome', 'observed']);
  });
});

describe('a placement that the exchange answers', () => {
  const DEFINITE: readonly [what: string, fault: FaultAction, code: string][] = [
    ['a refusal', { kind: 'refuse', code: 'INVALID_LIMIT_PRICE_POST_ONLY' }, 'INVALID_LIMIT_PRICE_POST_ONLY'],
    [
      'HTTP 400',
      { kind: 'answer', when: 'before', status: 400, body: { error: 'INVALID_ARGUMENT', message: 'no' } },
      'INVALID_ARGUMENT',
    ],
  ];

  it.each(DEFINITE)(
    'at the first attempt with %s is rejected with that code, and posted once',
    async (_what, fault, code) => {
      const request = marketOrder();
      everyPost(request, fault);

      const outcome = await test.outcome(await test.start(request));

      expect(outcome).toMatchObject({ state: 'closed', status: 'rejected', reason: code, orderId: null });
      expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
    },
  );

  it('with a plain-text 401 each time is rejected when the window closes', async () => {
    const request = marketOrder({ policy: { placeForMs: 2_000 } });
    everyPost(request, { kind: 'answer', when: 'before', status: 401, body: 'Unauthorized' });

    const outcome = await test.outcome(await test.start(request));

    expect(outcome).toMatchObject({ state: 'closed', status: 'rejected', reason: 'UNAUTHORIZED', orderId: null });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBeGreaterThan(1);
  });

  it('with a 401 at the first attempt alone is placed by the next', async () => {
    const request = marketOrder();
    firstPost(request, { kind: 'answer', when: 'before', status: 401, body: 'Unauthorized' });

    expect(await test.outcome(await test.start(request))).toMatchObject({ status: 'completed', reason: null });
    expect(ordersOf(request)).toBe(1);
  });

  const OTHERS: readonly [what: string, change: Partial<OrderRequest>, backdatedMs: number, field: string][] = [
    ['of another side', { side: 'SELL', orderConfiguration: { market_market_ioc: { base_size: '0.001' } } }, 0, 'side'],
    ['of another product', { productId: 'ETH-USD' }, 0, 'product_id'],
    [
      'of another size',
      { orderConfiguration: { market_market_ioc: { quote_size: '99.00' } } },
      0,
      'order_configuration',
    ],
    ['of another day', {}, 86_400_000, 'created_time'],
  ];

  it.each(OTHERS)(
    'with an older order %s under the same client order id never adopts it',
    async (_what, change, backdatedMs, field) => {
      const request = marketOrder();
      const older = { ...request, ...change };
      const { order } = test.simulator.exchange.place(
        {
          clientOrderId: older.clientOrderId,
          productId: older.productId,
          side: older.side,
          configuration: older.orderConfiguration,
        },
        Date.now() - backdatedMs,
      );

      const outcome = await test.outcome(await test.start(request));

      expect(outcome).toMatchObject({
        state: 'closed',
        status: 'failed',
        reason: 'CLIENT_ORDER_ID_MISMATCH',
        orderId: null,
        filledSize: '0',
        filledAt: null,
      });
      expect(await test.trades.find(request.clientOrderId)).toMatchObject({
        status: 'failed',
        orderId: null,
        filledSize: '0',
      });
      expect(await test.trades.fillsOf(order.orderId)).toEqual([]);
      const event = (await test.trades.events(request.clientOrderId)).find(({ cause }) => cause === 'intent_mismatch');
      expect(event?.evidence?.['fields']).toContain(field);
      expect(test.alerts).toContainEqual(
        expect.objectContaining({ alert: 'intent-mismatch', clientOrderId: request.clientOrderId }),
      );
    },
  );
});

describe('a placement that comes too late', () => {
  it('is never attempted when its row is older than the window', async () => {
    const request = marketOrder({ policy: { placeForMs: 1_000 } });
    const intent = { ...request, policy: withDefaults(request.policy) };
    const requestedAt = new Date(Date.now() - 3_600_000).toISOString();
    await test.trades.insertIntent(intent, { requestedAt, attempt: false });

    const outcome = await test.outcome(await test.start({ clientOrderId: request.clientOrderId }));

    expect(outcome).toMatchObject({ state: 'closed', status: 'failed', reason: 'NOT_PLACED_IN_TIME', orderId: null });
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
  });

  it('is looked for at the exchange first, because the row may come from a backup', async () => {
    const request = marketOrder({ policy: { placeForMs: 1_000 } });
    const { clientOrderId, productId, side, orderConfiguration: configuration } = request;
    const requestedAtMs = Date.now() - 3_600_000;
    test.simulator.exchange.place({ clientOrderId, productId, side, configuration }, requestedAtMs);
    const intent = { ...request, policy: withDefaults(request.policy) };
    await test.trades.insertIntent(intent, { requestedAt: new Date(requestedAtMs).toISOString(), attempt: false });
    const broken = { kind: 'answer', when: 'before', status: 503, body: {} } as const;
    const silent = test.simulator.faults.add({ match: { endpoint: 'listOrders' }, do: broken });
    const handle = await test.start({ clientOrderId });
    await eventually(() => test.simulator.faults.list().some(({ id, hits }) => id === silent && hits > 0), {
      withinMs: 20_000,
      what: 'a search',
    });
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'placing' });
    test.simulator.faults.remove(silent);

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(0);
  });

  it('is ended in its first task when it has waited for that until the window was over', async () => {
    const request = marketOrder({ policy: { placeForMs: 1_000 } });
    const handle = await test.client.workflow.start('orderWorkflow', {
      taskQueue: test.taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [request],
      startDelay: 2_000,
    });

    expect(await test.outcome(handle)).toMatchObject({ status: 'failed', reason: 'NOT_PLACED_IN_TIME', orderId: null });
    expect(await causesWithoutFills(test, request)).toEqual(['intent', 'not_placed_in_time']);
    expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(0);
    const { events } = await handle.fetchHistory();
    const tasks = events?.filter(({ workflowTaskCompletedEventAttributes: completed }) => completed);
    expect(tasks).toHaveLength(1);
  });

  it('is never attempted when no worker ran for longer than the window', async () => {
    const request = marketOrder({ policy: { placeForMs: 1_000 } });
    const taskQueue = uniqueTaskQueue();
    const waiting = await test.client.workflow.start('orderWorkflow', {
      taskQueue,
      workflowId: workflowIdOf(request.clientOrderId),
      args: [request],
    });
    await untilPast((await waiting.describe()).startTime.getTime() + 1_000);

    const late = await startTestEngine({ taskQueue });
    try {
      const outcome = await late.outcome(late.client.workflow.getHandle(workflowIdOf(request.clientOrderId)));

      expect(outcome).toMatchObject({ state: 'closed', status: 'failed', reason: 'NOT_PLACED_IN_TIME', orderId: null });
      expect(late.simulator.ledger.posts()).toEqual([]);
      const causes = (await late.trades.events(request.clientOrderId)).map(({ cause }) => cause);
      expect(causes).toEqual(['intent', 'not_placed_in_time']);
    } finally {
      await late.stop();
    }
  });
});
