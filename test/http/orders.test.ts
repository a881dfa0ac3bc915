import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { snakeKeys } from '../../src/domain/names.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { monitored } from '../support/scenario.ts';
import { untilFillsComplete } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';
import { call, type Answer, type Call } from './caller.ts';

const CANCELLED_AT_ONCE: OrderPlan = { onCancel: { steps: [{ do: 'cancel' }] } };

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ http: { host: '127.0.0.1', port: 0, token: null } });
});
afterAll(() => test?.stop());

function ask(path: string, options: Call = {}): Promise<Answer> {
  return call(`${test.engine.http?.url}${path}`, options);
}

function bodyOf({ policy, ...request }: OrderRequest): Record<string, unknown> {
  return { ...snakeKeys(request), ...(policy && { policy: snakeKeys(policy) }) };
}

function place(request: OrderRequest): Promise<Answer> {
  return ask('/api/v1/orders', { body: bodyOf(request) });
}

/** The id of an order that is monitored, and open at the exchange until the test does something to it. */
async function resting(request: OrderRequest, plan: OrderPlan = {}): Promise<string> {
  test.simulator.exchange.setPlan(request, plan);
  await monitored(test, request);
  return request.clientOrderId;
}

describe('placing', () => {
  it('answers once the intent is committed, and the order then takes its course', async () => {
    const request = marketOrder();
    const { clientOrderId } = request;
    const { status, body, headers } = await place(request);
    expect(status).toBe(202);
    expect(body).toEqual({
      client_order_id: clientOrderId,
      workflow_id: `order-${clientOrderId}`,
      status: expect.stringMatching(/^(placing|completed)$/),
    });
    expect(await test.trades.find(clientOrderId)).not.toBeNull();

    await untilFillsComplete(test.trades, clientOrderId);
    const order = await ask(headers.get('location') ?? '');
    expect(order.body).toMatchObject({
      client_order_id: clientOrderId,
      status: 'completed',
      immediate_fill: true,
      order_configuration: { market_market_ioc: { quote_size: '10.00' } },
      policy: { place_for_ms: 30_000, monitor_for_ms: 300_000 },
    });
    expect(order.body['events']).toMatchObject([
      { cause: 'intent', from_status: null },
      {},
      {},
      {},
      { cause: 'fills' },
    ]);
    expect(order.body['fills']).toMatchObject([
      { order_id: order.body['order_id'], size_in_quote: expect.any(Boolean) },
    ]);
    expect((await ask(`/api/v1/orders/${String(order.body['order_id'])}`)).body).toEqual(order.body);
  });

  it('answers with the first order when the request is repeated, before and after its end', async () => {
    const request = marketOrder({ policy: { monitorForMs: 200_000 } });
    await place(request);
    await test.untilState(request.clientOrderId, ({ status }) => status === 'completed');
    const again = await place(request);
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ client_order_id: request.clientOrderId, status: 'completed' });
    expect(test.simulator.ledger.posts().filter((post) => post.clientOrderId === request.clientOrderId)).toHaveLength(
      1,
    );
  });

  it('refuses a different request under a used id, and names what differs', async () => {
    const request = marketOrder();
    await place(request);
    const { status, body } = await place({ ...request, side: 'SELL', policy: { placeForMs: 5_000 } });
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: 'urn:order-sync:problem:client-order-id-conflict', status: 409 });
    expect(body['errors']).toMatchObject([
      { field: 'side', message: expect.stringContaining('use a new client_order_id') },
      { field: 'policy' },
    ]);
  });

  it('names every wrong field of a request as the caller wrote it, and places nothing', async () => {
    const body = {
      ...bodyOf(marketOrder({ clientOrderId: 'no good' })),
      clientOrderId: 'x',
      order_configuration: { market_market_ioc: { quote_size: 10 } },
      policy: { place_for_ms: 1, placeForMs: 2_000 },
    };
    const answer = await ask('/api/v1/orders', { body });
    expect(answer.status).toBe(400);
    const fields = (answer.body['errors'] as { field: string }[]).map(({ field }) => field);
    expect(fields.toSorted()).toEqual([
      'clientOrderId',
      'client_order_id',
      'order_configuration.market_market_ioc.quote_size',
      'policy.placeForMs',
      'policy.place_for_ms',
    ]);
  });
});

describe('a sync', () => {
  it('releases a bot whose order filled while stale, between two looks', async () => {
    const botId = 'blocked-bot';
    const request = marketOrder({ botId, policy: { ...SLOW, monitorForMs: 1_000 } });
    const id = await resting(request);
    await test.untilState(id, ({ state }) => state === 'stale');
    test.simulator.exchange.act(id, { do: 'fill' });
    const trade = await test.trades.find(id);
    const canTrade = `/api/v1/bots/${botId}/can-trade?product_id=BTC-USD`;
    expect((await ask(canTrade)).body).toEqual({
      allowed: false,
      blocking: [{ order_id: trade?.orderId, client_order_id: id, status: 'stale', age_seconds: expect.any(Number) }],
    });

    const { status, body } = await ask(`/api/v1/trades/sync-order-status/${trade?.orderId}`, {
      body: { requested_by: 'mia', reason: 'the bot is blocked' },
    });

    expect(status).toBe(200);
    expect(body).toEqual({
      order_id: trade?.orderId,
      client_order_id: id,
      requested_by: 'mia',
      reason: 'the bot is blocked',
      before: { state: 'stale', status: 'stale', filled_size: '0', filled_at: null },
      coinbase: expect.objectContaining({ status: 'FILLED', total_fees: expect.any(String) }),
      after: expect.objectContaining({ state: 'completed', status: 'completed', filled_at: expect.any(String) }),
      changed: true,
      synced_at: expect.any(String),
      error: null,
    });
    expect((await ask(canTrade)).body).toEqual({ allowed: true, blocking: [] });
    expect(await test.trades.events(id)).toContainEqual(
      expect.objectContaining({ cause: 'manual_sync', requestedBy: 'mia', reason: 'the bot is blocked' }),
    );
  });

  it('needs no body, and works on an order whose workflow was terminated', async () => {
    const id = await resting(marketOrder({ policy: SLOW }));
    await test.client.workflow.getHandle(`order-${id}`).terminate('by the test');
    test.simulator.exchange.act(id, { do: 'fill' });
    const { status, body } = await ask(`/api/v1/trades/sync-order-status/${id}`, { method: 'POST' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ after: { status: 'completed' }, requested_by: null });
  });

  it('in a dry run shows what would be written, and starts, signals and writes nothing', async () => {
    const id = await resting(limitOrder({ policy: SLOW }));
    test.simulator.exchange.act(id, { do: 'fill', part: '0.5' });
    const before = { trade: await test.trades.find(id), events: await test.trades.events(id) };
    const path = `/api/v1/trades/sync-order-status/${id}`;

    const partly = await ask(path, { body: { dry_run: true } });
    expect(partly.body).toMatchObject({ changed: true, before: { filled_size: '0' }, after: { filled_size: '0.001' } });
    test.simulator.exchange.act(id, { do: 'fill' });
    const dry = await ask(path, { body: { dry_run: true, requested_by: 'mia' } });
    expect(dry.status).toBe(200);
    expect({ trade: await test.trades.find(id), events: await test.trades.events(id) }).toEqual(before);

    const wet = await ask(path, { body: { requested_by: 'mia' } });
    expect({ ...dry.body, synced_at: '' }).toEqual({ ...wet.body, synced_at: '' });
    expect(wet.body).toMatchObject({ after: { status: 'completed' }, changed: true });
  });

  it.each([{ dry_run: false }, { dry_run: true }])(
    'with the exchange out of reach answers 503 with the report, and changes nothing: %p',
    async (body) => {
      const id = await resting(limitOrder({ policy: SLOW }));
      const before = await test.trades.find(id);
      const fault = test.simulator.faults.add({
        match: { endpoint: 'getOrder', clientOrderId: id },
        do: { kind: 'reset', when: 'before' },
      });
      const answer = await ask(`/api/v1/trades/sync-order-status/${id}`, { body });
      test.simulator.faults.remove(fault);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({
        type: 'urn:order-sync:problem:exchange-unavailable',
        status: 503,
        client_order_id: id,
        coinbase: null,
        changed: false,
        before: { status: 'pending' },
        after: { status: 'pending' },
        error: expect.stringContaining('GET'),
      });
      expect(await test.trades.find(id)).toEqual({ ...before, updatedAt: expect.any(String) });
    },
  );

  it.each([{ dry_run: false }, { dry_run: true }])(
    'says of an order that the exchange has forgotten that it does not know it: %p',
    async (body) => {
      const id = await resting(limitOrder({ policy: SLOW }));
      test.simulator.exchange.act(id, { do: 'purge' });
      const answer = await ask(`/api/v1/trades/sync-order-status/${id}`, { body });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ coinbase: null, changed: false, error: expect.stringContaining('not know') });
    },
  );
});

describe('a cancel', () => {
  it('is accepted, and the order is then cancelled, with the name of whoever asked', async () => {
    const id = await resting(limitOrder({ policy: SLOW }), CANCELLED_AT_ONCE);
    const { status, body } = await ask(`/api/v1/orders/${id}/cancel`, { body: { requested_by: 'mia', reason: null } });
    expect(status).toBe(202);
    expect(body).toEqual({ client_order_id: id, workflow_id: `order-${id}`, status: 'pending' });
    await test.untilState(id, (state) => state.status === 'cancelled');
    expect(await test.trades.events(id)).toContainEqual(
      expect.objectContaining({ cause: 'cancel_requested', requestedBy: 'mia' }),
    );
    const late = await ask(`/api/v1/orders/${id}/cancel`, { method: 'POST' });
    expect(late.status).toBe(409);
    expect(late.body).toMatchObject({
      type: 'urn:order-sync:problem:order-ended',
      detail: expect.stringContaining('cancelled'),
    });
  });
});

describe('a cancel of an order that has no workflow', () => {
  it('gives it one, and cancels it', async () => {
    const id = await resting(limitOrder({ policy: SLOW }), CANCELLED_AT_ONCE);
    const workflowExecution = { workflowId: `order-${id}` };
    await test.client.workflowService.deleteWorkflowExecution({ namespace: 'default', workflowExecution });
    const handle = test.client.workflow.getHandle(workflowExecution.workflowId);
    await eventually(
      () =>
        handle.describe().then(
          () => false,
          () => true,
        ),
      { withinMs: 20_000, what: 'its end' },
    );

    expect((await ask(`/api/v1/orders/${id}/cancel`, { method: 'POST' })).status).toBe(202);
    await test.untilState(id, (state) => state.status === 'cancelled');
  });
});

describe('a resolve', () => {
  const body = { status: 'failed', requested_by: 'mia', reason: 'forgotten by the exchange' };

  it('closes an order that the exchange no longer knows', async () => {
    const id = await resting(limitOrder({ policy: SLOW }));
    test.simulator.exchange.act(id, { do: 'purge' });
    const answer = await ask(`/api/v1/orders/${id}/resolve`, { body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      client_order_id: id,
      state: 'closed',
      status: 'failed',
      detected_by: 'manual-sync',
    });
    expect((await test.trades.find(id))?.status).toBe('failed');
  });

  it('is refused with 409 while the exchange shows the order open', async () => {
    const id = await resting(limitOrder({ policy: SLOW }));
    const answer = await ask(`/api/v1/orders/${id}/resolve`, { body });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      type: 'urn:order-sync:problem:resolve-refused',
      detail: expect.stringContaining('OPEN'),
    });
    expect((await test.trades.find(id))?.status).toBe('pending');
  });

  it.each([{}, { ...body, status: 'completed' }, { ...body, requested_by: ' ' }, { ...body, reason: '' }])(
    'needs a status, somebody and a reason: %p',
    async (wrong) => {
      const id = await resting(limitOrder({ policy: SLOW }));
      expect((await ask(`/api/v1/orders/${id}/resolve`, { body: wrong })).status).toBe(400);
    },
  );
});

describe('an unknown order', () => {
  it.each([
    ['GET', '/api/v1/orders/nobody'],
    ['POST', '/api/v1/orders/nobody/cancel'],
    ['POST', '/api/v1/trades/sync-order-status/nobody'],
  ])('is answered with 404: %s %s', async (method, path) => {
    const { status, body } = await ask(path, { method });
    expect(status).toBe(404);
    expect(body).toMatchObject({ type: 'urn:order-sync:problem:unknown-order', instance: path });
  });
});

describe('readiness', () => {
  it('depends on Temporal, the database, the feed and the clocks', async () => {
    const answer = await ask('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'ready',
      checks: { temporal: 'ready', database: 'ready', feed: 'ready', clocks: 'ready' },
    });
  });
});
