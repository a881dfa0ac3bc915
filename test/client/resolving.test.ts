import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  InvalidResolutionError,
  OrderNotFoundError,
  OrderSyncClient,
  ResolveRefusedError,
  type ResolveOptions,
} from '../../src/client/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';

const BY_ALICE: ResolveOptions = { status: 'failed', requestedBy: 'alice', reason: 'not in the statement' };

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function pendingOrder(): Promise<string> {
  const request = limitOrder({ policy: { immediateCheckAttempts: 1, monitorIntervalMs: 60_000 } });
  test.simulator.exchange.setPlan(request, {});
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

describe('resolve', () => {
  it('ends an order that the exchange has forgotten, with or without a running workflow', async () => {
    for (const isRunning of [true, false]) {
      const id = await pendingOrder();
      test.simulator.exchange.act(id, { do: 'purge' });
      if (!isRunning) await test.client.workflow.getHandle(`order-${id}`).terminate('by mistake');

      expect(await orders.resolve(id, BY_ALICE)).toMatchObject({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR' });
      expect(await orders.waitForRelease(id)).toMatchObject({ status: 'failed' });
    }
  });

  it('is refused with the reason, and asked once, where the exchange speaks against it', async () => {
    const id = await pendingOrder();

    const error = await orders.resolve(id, BY_ALICE).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ResolveRefusedError);
    expect(error).toMatchObject({ clientOrderId: id, code: 'ResolveRefused', retryable: false });
    expect((error as Error).message).toContain('the exchange shows the order OPEN');
    const refusals = (await test.trades.events(id)).filter(({ cause }) => cause === 'resolve_refused');
    expect(refusals).toMatchObject([{ requestedBy: 'alice', toStatus: 'pending' }]);
  });

  it('is refused for an order that has ended', async () => {
    const request = marketOrder();
    await test.outcome(await test.start(request));
    await expect(orders.resolve(request.clientOrderId, BY_ALICE)).rejects.toThrow('has ended as completed already');
  });

  it('names each wrong field of a malformed resolution, and asks nobody', async () => {
    const malformed = { status: 'completed', requestedBy: '', reason: ' ' } as unknown as ResolveOptions;

    const error = await orders.resolve('any-order', malformed).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(InvalidResolutionError);
    expect((error as InvalidResolutionError).fields.map(({ field }) => field)).toEqual([
      'status',
      'requestedBy',
      'reason',
    ]);
  });

  it('says that there is no such order', async () => {
    await expect(orders.resolve('nobody-placed-this', BY_ALICE)).rejects.toBeInstanceOf(OrderNotFoundError);
  });
});
