import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  OrderEndedError,
  OrderNotFoundError,
  OrderSyncClient,
  OrderWorkflowStoppedError,
  WaitTimeoutError,
} from '../../src/client/index.ts';
import type { OrderRequest } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { startLinkProxy } from '../links/link-proxy.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { temporalAddress } from '../support/resources.ts';
import { eventually } from '../support/waiting.ts';

const WITHIN = { timeoutMs: 20_000 };

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function pendingOrder(): Promise<OrderRequest> {
  const request = marketOrder({
    orderConfiguration: { limit_limit_gtc: { base_size: '0.001', limit_price: '10.00' } },
    policy: QUICK,
  });
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request;
}

async function endedOrder(): Promise<OrderRequest> {
  const request = marketOrder();
  await orders.place(request);
  await orders.waitForRelease(request.clientOrderId, WITHIN);
  return request;
}

describe('state', () => {
  it('answers for an order that is open', async () => {
    const { clientOrderId } = await pendingOrder();
    expect(await orders.state(clientOrderId)).toMatchObject({ clientOrderId, state: 'monitoring', status: 'pending' });
  });

  it('answers for an order whose workflow has closed', async () => {
    const { clientOrderId } = await endedOrder();
    expect(await orders.state(clientOrderId)).toMatchObject({ clientOrderId, status: 'completed' });
  });

  it('says that there is no such order', async () => {
    await expect(orders.state('nobody-placed-this')).rejects.toBeInstanceOf(OrderNotFoundError);
    await expect(orders.state('not a valid id')).rejects.toBeInstanceOf(OrderNotFoundError);
  });

  it('says that there is no such order when the workflow of that id was refused', async () => {
    const handle = await test.start({ clientOrderId: 'refused-by-the-engine', side: 'UP' });
    await handle.result().catch(() => undefined);

    await expect(orders.state('refused-by-the-engine')).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});

describe('waitForRelease', () => {
  it('resolves when the order ends, with the state that released the bot', async () => {
    const { clientOrderId } = await pendingOrder();
    const released = orders.waitForRelease(clientOrderId, WITHIN);
    await orders.cancel(clientOrderId);
    expect(await released).toMatchObject({ status: 'cancelled', state: 'closed' });
  });

  it('resolves at once for an order that has ended', async () => {
    const { clientOrderId } = await endedOrder();
    expect(await orders.waitForRelease(clientOrderId, { timeoutMs: 60_000 })).toMatchObject({ status: 'completed' });
  });

  it('continues when the connection to Temporal is lost meanwhile', async () => {
    const { clientOrderId } = await pendingOrder();
    const link = await startLinkProxy(temporalAddress());
    const remote = await OrderSyncClient.connect({ address: link.target, taskQueue: test.taskQueue });
    try {
      const released = remote.waitForRelease(clientOrderId, WITHIN);
      await remote.state(clientOrderId);
      link.fail({ kind: 'cut' });
      await orders.cancel(clientOrderId);
      await test.untilState(clientOrderId, ({ status }) => status === 'cancelled');
      link.heal();

      expect(await released).toMatchObject({ status: 'cancelled' });
    } finally {
      await remote.close();
      await link.close();
    }
  });

  it('gives up after its timeout, without touching the order', async () => {
    const { clientOrderId } = await pendingOrder();

    const error = await orders.waitForRelease(clientOrderId, { timeoutMs: 500 }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error).toMatchObject({ clientOrderId, timeoutMs: 500, retryable: true });
    expect(await orders.state(clientOrderId)).toMatchObject({ status: 'pending' });
  });

  it('rejects with the reason of the signal that aborts it', async () => {
    const { clientOrderId } = await pendingOrder();
    const controller = new AbortController();
    const waiting = orders.waitForRelease(clientOrderId, { signal: controller.signal });
    const reason = new Error('the bot is told to stop');

    controller.abort(reason);

    await expect(waiting).rejects.toBe(reason);
    await expect(orders.state(clientOrderId, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('says that the order is no longer watched when its workflow was terminated', async () => {
    const { clientOrderId } = await pendingOrder();
    const waiting = orders.waitForRelease(clientOrderId, WITHIN);
    waiting.catch(() => undefined);

    await test.client.workflow.getHandle(workflowIdOf(clientOrderId)).terminate('a click in the wrong place');

    await expect(waiting).rejects.toBeInstanceOf(OrderWorkflowStoppedError);
    await expect(waiting).rejects.toThrow('a click in the wrong place');
  });

  it('says that there is no such order', async () => {
    await expect(orders.waitForRelease('nobody-placed-this')).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});

describe('sync', () => {
  it('reports what was before and after, and records who asked and why', async () => {
    const { clientOrderId } = await pendingOrder();

    const report = await orders.sync(clientOrderId, { requestedBy: 'alice', reason: 'looks stuck' });

    expect(report).toMatchObject({
      clientOrderId,
      requestedBy: 'alice',
      reason: 'looks stuck',
      before: { status: 'pending' },
      coinbase: { status: 'OPEN' },
      after: { status: 'pending' },
      changed: false,
      error: null,
    });
    const events = await test.trades.events(clientOrderId);
    expect(events.map(({ requestedBy }) => requestedBy)).toContain('alice');
  });

  it('works on an order that has ended', async () => {
    const { clientOrderId } = await endedOrder();
    const report = await orders.sync(clientOrderId);
    expect(report).toMatchObject({ requestedBy: null, coinbase: { status: 'FILLED' }, changed: false });
  });

  it('starts watching an order again whose workflow was terminated', async () => {
    const { clientOrderId } = await pendingOrder();
    await test.client.workflow.getHandle(workflowIdOf(clientOrderId)).terminate('by mistake');

    expect(await orders.sync(clientOrderId)).toMatchObject({ after: { status: 'pending' } });

    await orders.cancel(clientOrderId);
    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toMatchObject({ status: 'cancelled' });
  });

  it('says that there is no such order, then and afterwards', async () => {
    await expect(orders.sync('nobody-placed-that')).rejects.toBeInstanceOf(OrderNotFoundError);
    await expect(orders.state('nobody-placed-that')).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});

describe('requestSync', () => {
  it('has an ended order checked, too', async () => {
    const { clientOrderId } = await endedOrder();

    await orders.requestSync(clientOrderId, { requestedBy: 'bob' });

    const sync = await eventually(
      async () => (await test.trades.events(clientOrderId)).find(({ requestedBy }) => requestedBy === 'bob'),
      { withinMs: 10_000, what: 'the sync that bob asked for' },
    );
    expect(sync).toMatchObject({ toStatus: 'completed', evidence: { status: 'FILLED' } });
  });

  it('says that there is no such order', async () => {
    await expect(orders.requestSync('nobody-placed-this')).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});

describe('cancel', () => {
  it('cancels an open order at the exchange, and records who asked', async () => {
    const { clientOrderId } = await pendingOrder();

    await orders.cancel(clientOrderId, { requestedBy: 'alice', reason: 'no longer wanted' });

    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toMatchObject({
      status: 'cancelled',
      exchangeStatus: 'CANCELLED',
    });
    const events = await test.trades.events(clientOrderId);
    expect(events.find(({ cause }) => cause === 'cancel_requested')).toMatchObject({
      requestedBy: 'alice',
      reason: 'no longer wanted',
    });
  });

  it('reaches an order whose workflow was terminated', async () => {
    const { clientOrderId } = await pendingOrder();
    await test.client.workflow.getHandle(workflowIdOf(clientOrderId)).terminate('by mistake');

    await orders.cancel(clientOrderId);

    expect(await orders.waitForRelease(clientOrderId, WITHIN)).toMatchObject({ status: 'cancelled' });
  });

  it('says that the order has ended', async () => {
    const { clientOrderId } = await endedOrder();
    await expect(orders.cancel(clientOrderId)).rejects.toBeInstanceOf(OrderEndedError);
  });

  it('says that there is no such order', async () => {
    await expect(orders.cancel('nobody-placed-this')).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});

describe('a bot without an engine', () => {
  it('is told that no worker picked up its order, and that it can ask again', async () => {
    const lonely = new OrderSyncClient(test.client, { taskQueue: 'nobody-serves-this' });

    const error = await lonely.place(marketOrder(), { timeoutMs: 700 }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error).toMatchObject({ retryable: true });
    expect((error as Error).message).toContain('nobody-serves-this');
  });
});
