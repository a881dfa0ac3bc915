/** A database that takes longer than a workflow task may: what is asked of an order meanwhile must not break its history. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderSyncClient, type OrderOutcome, type OrderRequest } from '../../src/client/index.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { workflowBundle } from '../support/resources.ts';

/** The server gives a workflow task 10 s, and the SDK asks for a new one after 8. */
const SLOW_FOR_MS = 9_500;
/** One in the first workflow task, and several at once in the next, while the same commit is waited for. */
const ASKED_AFTER_MS = [4_000, 9_000, 9_200, 9_400];

let parts: TestEngine;
let client: OrderSyncClient;
beforeAll(async () => {
  parts = await startTestEngine();
  client = new OrderSyncClient(parts.client, { taskQueue: parts.taskQueue });
});
afterAll(() => parts.stop());

describe('an order whose end takes long to commit', () => {
  it('has a history that replays when it is placed again meanwhile', async () => {
    const outcome = await endSlowly((request) => client.place(request, { timeoutMs: 60_000 }));
    expect(outcome.status).toBe('failed');
  });

  it('has a history that replays when it is synced meanwhile', async () => {
    const outcome = await endSlowly(({ clientOrderId }) => client.sync(clientOrderId));
    expect(outcome.status).toBe('failed');
  });
});

/** Answers the order's outcome, once its history has been replayed. */
async function endSlowly(ask: (request: OrderRequest) => Promise<unknown>): Promise<OrderOutcome> {
  const request = limitOrder({ policy: { immediateCheckAttempts: 2 } });
  const { clientOrderId } = request;
  parts.simulator.exchange.setPlan({ clientOrderId }, {});
  await client.place(request);
  await parts.untilState(clientOrderId, ({ state }) => state === 'monitoring');

  const unlock = await lockTrades();
  parts.simulator.exchange.act(clientOrderId, { do: 'fail' });
  const asked = ASKED_AFTER_MS.map((afterMs) => sleep(afterMs).then(() => ask(request)));
  await sleep(SLOW_FOR_MS);
  await unlock();
  await Promise.all(asked);

  const handle = parts.client.workflow.getHandle(workflowIdOf(clientOrderId));
  const outcome = (await handle.result()) as OrderOutcome;
  // Throws when the history cannot have been written by this code.
  await Worker.runReplayHistory({ workflowBundle: workflowBundle() }, await handle.fetchHistory(), handle.workflowId);
  return outcome;
}

/** Nobody else writes a trade until the answer is called. */
async function lockTrades(): Promise<() => Promise<void>> {
  const other = new MikroORM({ clientUrl: parts.databaseUrl, entities: [], discovery: { warnWhenNoEntities: false } });
  const em = other.em.fork();
  await em.begin();
  await em.execute('lock table trades in exclusive mode');
  return async () => {
    await em.rollback();
    await other.close();
  };
}
