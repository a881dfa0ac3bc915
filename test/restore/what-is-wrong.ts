import { expect } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isEnded } from '../../src/client/index.ts';
import { meaningOf } from '../../src/domain/order/exchange-order.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { TestEngine } from '../support/engine.ts';
import type { World } from '../support/reconciling.ts';
import { handleOf } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

/** Reconciles until everything is right, and once more: nothing may be left to report then. */
export async function untilRight(test: TestEngine, world: World, requests: readonly OrderRequest[]): Promise<void> {
  await eventually(
    async () => {
      await world.reconcile();
      const wrong = await whatIsWrong(test, requests);
      if (wrong.length > 0) throw new Error(wrong.join('; '));
      return true;
    },
    { withinMs: 40_000, what: 'rows and workflows to be true' },
  );
  await world.reconcile();
  expect(await world.issues()).toEqual([]);
}

/** Of each order: is the row what the ledger says, is there one order, and does a workflow run as long as it is open. */
async function whatIsWrong(test: TestEngine, requests: readonly OrderRequest[]): Promise<string[]> {
  const { ledger } = test.simulator;
  const found = await Promise.all(
    requests.map(async (request) => {
      const { clientOrderId } = request;
      const orders = ledger.orders().filter((order) => order.clientOrderId === clientOrderId);
      const [order] = orders;
      if (order === undefined || orders.length > 1) return `${clientOrderId}: ${orders.length} orders at the exchange`;
      const trade = await test.trades.find(clientOrderId);
      if (trade === null) return `${clientOrderId}: no row`;
      const meaning = meaningOf(order.status);
      const shouldBe = meaning.kind === 'ended' ? meaning.as : 'pending';
      if (trade.status !== shouldBe) return `${clientOrderId}: ${trade.status} instead of ${shouldBe}`;
      if (trade.orderId !== order.orderId) return `${clientOrderId}: the exchange's id is missing`;
      if (isEnded(trade.status) && !trade.fillsComplete) return `${clientOrderId}: its fills are missing`;
      const running = await statusOf(test, request);
      const isRight = (running === 'RUNNING') !== isEnded(trade.status);
      return isRight ? [] : `${clientOrderId}: ${trade.status}, its workflow ${running}`;
    }),
  );
  return found.flat();
}

async function statusOf(test: TestEngine, request: OrderRequest): Promise<string> {
  try {
    return (await handleOf(test, request).describe()).status.name;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return 'missing';
  }
}
