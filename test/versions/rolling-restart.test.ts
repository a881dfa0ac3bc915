/** An upgrade where workers have no versions: two builds at once, and each goes on with the orders of the other. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Engine } from '../../src/engine/engine.ts';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { expectOnlyRequested, expectTruth } from '../support/truth.ts';
import { runsOf, twoBuilds, type Build } from '../support/versions.ts';
import { untilRow } from '../support/scenario.ts';

let test: TestEngine;
let old: Build;
let next: Build;
let nextEngine: Engine;

beforeAll(async () => {
  [old, next] = await twoBuilds();
  test = await startTestEngine({ push: true });
}, 120_000);
afterAll(async () => {
  await nextEngine?.stop();
  await test?.stop();
}, 60_000);

async function place(request: OrderRequest, status: string): Promise<OrderRequest> {
  test.simulator.exchange.setPlan(request, {});
  await test.start(request);
  await untilRow(test, request, (row) => row.status === status);
  return request;
}

function handleOf({ clientOrderId }: OrderRequest) {
  return test.client.workflow.getHandle(workflowIdOf(clientOrderId));
}

describe('a rolling restart', () => {
  const checked = [1, 2].map(() =>
    marketOrder({ policy: { immediateCheckAttempts: 100, immediateCheckIntervalMs: 1_000 } }),
  );
  const resting = [1, 2, 3, 4].map(() => limitOrder({ policy: SLOW }));

  it('has both builds work on the same orders for a while', async () => {
    for (const request of checked) await place(request, 'placing');
    for (const request of resting) await place(request, 'pending');
    nextEngine = await test.beside({ workflowBundle: next.workflowBundle });
    const [first] = resting;

    const asked = [1, 2, 3, 4].map(() => handleOf(first as OrderRequest).executeUpdate('syncNow'));

    expect(await Promise.all(asked)).toHaveLength(4);
  });

  it('loses nothing and places nothing twice when the old workers stop', async () => {
    await test.down();
    const all = [...checked, ...resting];
    for (const { clientOrderId } of all) test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    for (const request of all) {
      expect(await test.outcome(handleOf(request))).toMatchObject({ status: 'completed' });
      await expectTruth(nextEngine.database.trades, test.simulator, request.clientOrderId);
      expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
      expect(await runsOf(test.client, handleOf(request).workflowId)).toEqual([
        { status: 'COMPLETED', buildId: next.buildId },
      ]);
    }
    expect(next.buildId).not.toBe(old.buildId);
    expectOnlyRequested(test);
  });
});
