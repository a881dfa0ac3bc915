import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ClientOrderIdConflictError,
  DEFAULT_POLICY,
  InvalidOrderRequestError,
  isEnded,
  OrderSyncClient,
} from '../../src/client/index.ts';
import type { OrderRequest } from '../../src/client/index.ts';
import { anOrder } from '../domain/order/support/builders.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine({ simulator: { marketFillMs: 300 } });
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

function postsOf({ clientOrderId }: OrderRequest): number {
  return test.simulator.ledger.posts(clientOrderId).length;
}

/** A limit order far below the market: it rests until it is cancelled. */
function restingOrder(): OrderRequest {
  return marketOrder({
    orderConfiguration: { limit_limit_gtc: { base_size: '0.001', limit_price: '10.00' } },
    policy: { immediateCheckAttempts: 1 },
  });
}

/** As the feed does, which then tells the workflow; but it dies before that. */
async function recordCancelled(clientOrderId: string, orderId: string): Promise<void> {
  const order = anOrder({ orderId, clientOrderId, status: 'CANCELLED' });
  const at = new Date().toISOString();
  await test.trades.apply(clientOrderId, { type: 'observed', key: `push/${at}`, at, order, source: 'push' });
}

describe('place', () => {
  it('returns once the intent is committed, before a resting order has ended', async () => {
    const request = restingOrder();

    const state = await orders.place(request);

    expect(state).toMatchObject({ clientOrderId: request.clientOrderId, botId: 'bot7' });
    expect(['placing', 'pending']).toContain(state.status);
    expect(await test.trades.find(request.clientOrderId)).toMatchObject({ side: 'BUY', productId: 'BTC-USD' });
  });

  it('returns the end of an order that fills at once', async () => {
    const placeUntilEnded = async () => {
      const request = marketOrder();
      test.simulator.exchange.setPlan(request, { steps: [{ do: 'fill' }] });
      const state = await orders.place(request);
      return isEnded(state.status) && state;
    };

    // On a busy machine the first task of one or the other takes too long.
    const state = await eventually(placeUntilEnded, { withinMs: 20_000, what: 'an order that ended at once' });

    expect(state).toMatchObject({ status: 'completed', immediateFill: true });
  });

  it('returns the first order again when the request is repeated while it is open', async () => {
    const request = restingOrder();
    await orders.place(request);
    await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');

    const again = await orders.place({ ...request, policy: { ...DEFAULT_POLICY, ...request.policy } });

    expect(again.status).toBe('pending');
    expect(postsOf(request)).toBe(1);
  });

  it('returns the first order again when the request is repeated after it has ended', async () => {
    const request = marketOrder();
    await orders.place(request);
    await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });

    const again = await orders.place(request);

    expect(again).toMatchObject({ status: 'completed', state: 'completed' });
    expect(postsOf(request)).toBe(1);
  });

  it('returns the end that is recorded when the request is repeated, though the workflow does not know it yet', async () => {
    const request = restingOrder();
    const { clientOrderId } = request;
    await orders.place(request);
    const { orderId } = await test.untilState(clientOrderId, ({ status }) => status === 'pending');
    await recordCancelled(clientOrderId, orderId ?? '');

    const again = await orders.place(request);

    expect(again).toMatchObject({ status: 'cancelled', state: 'closed' });
    await test.outcome(test.client.workflow.getHandle(`order-${clientOrderId}`));
  });

  it('places one order when the same request is sent many times at once', async () => {
    const request = marketOrder();

    const answers = await Promise.all(Array.from({ length: 5 }, () => orders.place(request)));

    expect(answers.map(({ clientOrderId }) => clientOrderId)).toEqual(Array(5).fill(request.clientOrderId));
    await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });
    expect(postsOf(request)).toBe(1);
  });

  it('refuses another order under the id of an open one, names what differs and changes nothing', async () => {
    const request = restingOrder();
    await orders.place(request);

    const error = await orders.place({ ...request, side: 'SELL', botId: 'bot8' }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ClientOrderIdConflictError);
    const { fields, retryable, message } = error as ClientOrderIdConflictError;
    expect(fields.map(({ field }) => field)).toEqual(['botId', 'side']);
    expect(retryable).toBe(false);
    expect(message).toContain('BUY');
    expect(await test.trades.find(request.clientOrderId)).toMatchObject({ side: 'BUY', botId: 'bot7' });
  });

  it('refuses another order under the id of an ended one, which can still be read', async () => {
    const request = marketOrder();
    await orders.place(request);
    await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });

    await expect(orders.place({ ...request, side: 'SELL' })).rejects.toBeInstanceOf(ClientOrderIdConflictError);

    expect(await orders.state(request.clientOrderId)).toMatchObject({ status: 'completed', side: 'BUY' });
    expect(postsOf(request)).toBe(1);
  });

  it('returns the outcome of an order whose id another order was refused for', async () => {
    const request = marketOrder();
    await orders.place(request);
    await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });
    await orders.place({ ...request, side: 'SELL' }).catch(() => undefined);

    const outcome = await orders.waitForRelease(request.clientOrderId, { timeoutMs: 60_000 });

    expect(outcome).toMatchObject({ status: 'completed', side: 'BUY' });
  });

  it('names each wrong field of a request and sends nothing', async () => {
    const request = { ...marketOrder(), side: 'HOLD', botId: '' } as unknown as OrderRequest;

    const error = await orders.place(request).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(InvalidOrderRequestError);
    expect((error as InvalidOrderRequestError).fields.map(({ field }) => field)).toEqual(['botId', 'side']);
    expect(await test.trades.find(request.clientOrderId)).toBeNull();
  });

  it('refuses a request that lacks a field, although its id is known', async () => {
    const request = restingOrder();
    await orders.place(request);

    const error = await orders
      .place({ clientOrderId: request.clientOrderId } as OrderRequest)
      .catch((thrown: unknown) => thrown);

    expect((error as InvalidOrderRequestError).fields.map(({ field }) => field)).toEqual([
      'botId',
      'productId',
      'side',
      'orderConfiguration',
    ]);
  });
});
