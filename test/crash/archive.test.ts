/** The archive while its worker is killed, and while the database is away. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { ArchiveReport } from '../../src/domain/archive-report.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { archive, jsonOf } from '../support/archiving.ts';
import { marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { deadline, eventually } from '../support/waiting.ts';
import { startWorkerFixture, type WorkerFixture } from '../support/worker-fixture.ts';

const ORDERS = 40;

describe('a worker that is killed while it archives', () => {
  let fixture: WorkerFixture;
  beforeAll(async () => {
    // Only the run that the test starts archives anything.
    fixture = await startWorkerFixture({ environment: () => Promise.resolve({ ARCHIVE_EVERY_SECONDS: '86400' }) });
  }, 60_000);
  afterAll(() => fixture?.stop());

  it('leaves the rest to another, and every run is archived once', async () => {
    const requests = Array.from({ length: ORDERS }, () => marketOrder());
    const handles = await Promise.all(requests.map((request) => fixture.start(request)));
    await Promise.all(handles.map((handle) => fixture.outcomeOf(handle)));
    const { histories } = fixture.database;
    const connection = await Connection.connect({
      address: fixture.settings['TEMPORAL_ADDRESS'] ?? '',
      interceptors: [],
    });
    try {
      const { workflow } = new Client({ connection });
      const run = await workflow.start('archiveWorkflow', { taskQueue: 'orders', workflowId: 'archive', args: [] });
      const isAtWork = async (): Promise<boolean> => {
        const { runs } = await histories.backlog();
        return runs > 0 && runs < ORDERS;
      };
      await eventually(isAtWork, { withinMs: 30_000, what: 'the archive to be at work' });
      await fixture.worker.kill();
      await fixture.another();

      const report = await deadline(run.result() as Promise<ArchiveReport>, 90_000, 'the end of the archive');

      expect(report).toMatchObject({ failed: 0, lost: 0, problem: null, waiting: 0 });
      for (const { clientOrderId } of requests) {
        const runs = await histories.runsOf(clientOrderId);
        expect(runs).toMatchObject([{ workflowId: workflowIdOf(clientOrderId), closeStatus: 'COMPLETED' }]);
        expect(runs.map(jsonOf)).toHaveLength(1);
      }
    } finally {
      await connection.close();
    }
  }, 180_000);
});

describe('a database that is down', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine({ feed: false, links: true });
  });
  afterAll(() => test?.stop());

  it('delays the archive, and what waits is archived when it is back', async () => {
    const request = marketOrder();
    await test.outcome(await test.start(request));
    test.links.database.fail({ kind: 'cut' });
    const run = archive(test);
    await eventually(async () => (await pendingAttempt(test)) > 1, {
      withinMs: 30_000,
      what: 'an attempt that failed',
    });
    test.links.database.heal();

    expect(await run).toMatchObject({ archived: 1, problem: null, waiting: 0 });
  }, 90_000);
});

/** Of the step that the archive is at; 0 where none is running. */
async function pendingAttempt({ client, taskQueue }: TestEngine): Promise<number> {
  for await (const { workflowId } of client.workflow.list({
    query: `WorkflowType = 'archiveWorkflow' AND TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`,
  })) {
    const { raw } = await client.workflow.getHandle(workflowId).describe();
    return raw.pendingActivities?.[0]?.attempt ?? 0;
  }
  return 0;
}
