import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  InvalidResolutionError,
  OrderNotFoundError,
  OrderSyncClient,
  OrderSyncError,
  ResolveRefusedError,
  type ResolveOptions,
} from '../../src/client/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';

const BY_ALICE: ResolveOptions = { status: 'failed', requestedBy: 'alice', reason: 'not in the statement' };

let test: TestEngine;
let orders: OrderSyncClient;
beforeAll(async () => {
  test = await startTestEngine();
  orders = new OrderSyncClient(test.client, { taskQueue: test.taskQueue });
});
afterAll(() => test?.stop());

async function pendingOrder(): Promise<string> {
  const request = limitOrder({ policy: SLOW });
  test.simulator.exchange.setPlan(request, {});
  await orders.place(request);
  await test.untilState(request.clientOrderId, ({ status }) => status === 'pending');
  return request.clientOrderId;
}

/** Open in the database, and no longer known at the exchange. */
async function forgottenOrder(): Promise<string> {
  const id = await pendingOrder();
  test.simulator.exchange.act(id, { do: 'purge' });
  return id;
}

async function causesOf(id: string): Promise<string[]> {
  return (await test.trades.events(id)).map(({ cause }) => cause);
}

describe('resolve', () => {
  it('ends an order that the exchange has forgotten, with or without a running workflow', async () => {
    for (const isRunning of [true, false]) {
      const id = await forgottenOrder();
      if (!isRunning) await test.client.workflow.getHandle(`order-${id}`).terminate('by mistake');

      expect(await orders.resolve(id, BY_ALICE)).toMatchObject({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR' });
      expect(await orders.waitForRelease(id)).toMatchObject({ status: 'failed' });
    }
  });

  it('is refused with the reason, and asked for once, if the exchange contradicts it', async () => {
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

  it('gets the same answer again when the first one was lost, and is written once', async () => {
    const id = await forgottenOrder();
    const lost = await orders.resolve(id, { ...BY_ALICE, timeoutMs: 1 }).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(OrderSyncError);

    const answers = await Promise.all([orders.resolve(id, BY_ALICE), orders.resolve(id, BY_ALICE)]);
    await orders.waitForRelease(id, { timeoutMs: 20_000 });
    const afterItsEnd = await orders.resolve(id, BY_ALICE);

    for (const answer of [...answers, afterItsEnd]) {
      expect(answer).toMatchObject({ status: 'failed', reason: 'RESOLVED_BY_OPERATOR', detectedBy: 'manual-sync' });
    }
    const events = await test.trades.events(id);
    expect(events.filter(({ cause }) => cause === 'resolved')).toHaveLength(1);
    expect(events.filter(({ cause }) => cause === 'resolve_refused')).toEqual([]);
  });

  it('gets the same answer again when the exchange showed another end, which was recorded instead', async () => {
    const id = await pendingOrder();
    test.simulator.exchange.act(id, { do: 'expire' });

    expect(await orders.resolve(id, BY_ALICE)).toMatchObject({ status: 'expired', detectedBy: 'manual-sync' });
    const causes = await causesOf(id);
    expect(await orders.resolve(id, BY_ALICE)).toMatchObject({ status: 'expired', detectedBy: 'manual-sync' });

    expect(await causesOf(id)).toEqual(causes);
  });

  it.each([
    ['status', { ...BY_ALICE, status: 'cancelled' }],
    ['person', { ...BY_ALICE, requestedBy: 'bob' }],
    ['reason', { ...BY_ALICE, reason: 'another one' }],
  ] as const)('is refused and noted for a resolved order with another %s', async (_what, another) => {
    const id = await forgottenOrder();
    await orders.resolve(id, BY_ALICE);

    await expect(orders.resolve(id, another)).rejects.toThrow('has ended as failed already');

    expect((await causesOf(id)).slice(-2)).toEqual(['resolved', 'resolve_refused']);
  });

  it('is asked for again after a refusal, because the exchange may answer otherwise now', async () => {
    const id = await pendingOrder();
    await expect(orders.resolve(id, BY_ALICE)).rejects.toThrow('the exchange shows the order OPEN');
    test.simulator.exchange.act(id, { do: 'fill' });
    await expect(orders.resolve(id, BY_ALICE)).rejects.toThrow('the exchange shows the order FILLED');
    await orders.waitForRelease(id, { timeoutMs: 20_000 });
    await expect(orders.resolve(id, BY_ALICE)).rejects.toThrow('has ended as completed already');
  });

  it('names each wrong field of a malformed resolution, without sending it', async () => {
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
    await expect(orders.resolve('nobody-placed-this-to-be-resolved', BY_ALICE)).rejects.toBeInstanceOf(
      OrderNotFoundError,
    );
  });
});
