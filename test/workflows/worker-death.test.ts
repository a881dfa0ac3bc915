import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { marketOrder } from '../support/engine.ts';
import { QUICK } from '../support/policies.ts';
import { expectOnlyRequested, expectTruth } from '../support/truth.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

/** Nothing is posted while no worker is there. */
const PATIENT = { placeForMs: 120_000 };

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await startWorkerFixture({ environment: async () => ({ COINBASE_REQUESTS_PER_SECOND: '500' }) });
});
afterAll(() => fixture?.stop());

async function replaceWorker(): Promise<void> {
  await fixture.worker.kill();
  await fixture.another();
}

describe('when the worker is killed, another one continues', () => {
  it('with every order of a stream, whatever its state was', async () => {
    const { simulator, database } = fixture;
    const requests = Array.from({ length: 40 }, (_, index) =>
      marketOrder({ policy: index % 2 === 0 ? PATIENT : { ...PATIENT, ...QUICK } }),
    );
    for (const request of requests.filter((_, index) => index % 4 === 1)) {
      simulator.exchange.setPlan(request, { steps: [{ do: 'fill', afterMs: 1_000 }] });
    }
    const handles: Promise<WorkflowHandle>[] = [];
    for (const request of requests) {
      handles.push(fixture.start(request));
      if (handles.length === requests.length / 2) await replaceWorker();
      else await sleep(30);
    }

    const outcomes = await Promise.all(handles.map(async (handle) => fixture.outcomeOf(await handle)));

    expect(outcomes.map(({ status }) => status)).toEqual(requests.map(() => 'completed'));
    for (const { clientOrderId } of requests) await expectTruth(database.trades, simulator, clientOrderId);
    expectOnlyRequested(fixture);
  });
});
