import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ensureTemporalCli } from '../../src/local/temporal-cli.ts';
import { workflowIdOf } from '../../src/domain/order/order-request.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { startRaw } from '../support/raw-payload.ts';
import { temporalAddress } from '../support/resources.ts';
import { QUICK, SLOW } from '../support/policies.ts';
import { fillUnseen, monitored } from '../support/scenario.ts';

let test: TestEngine;
let cli: string;
beforeAll(async () => {
  cli = await ensureTemporalCli(() => undefined);
  test = await startTestEngine();
});
afterAll(() => test?.stop());

/** Runs `temporal workflow ...` as an operator would, and answers what it printed. */
async function temporal(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    cli,
    ['workflow', ...args, '--address', temporalAddress(), '--namespace', 'default'],
    { timeout: 60_000 },
  );
  return stdout;
}

describe("Temporal's own command line", () => {
  it('syncs an order by a signal without input', async () => {
    const request = marketOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    fillUnseen(test, request);

    await temporal('signal', '--workflow-id', handle.workflowId, '--name', 'manualSync');

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'manual-sync' });
  });

  it.each(['null', '""', '5', '{"who":"mia"}'])('syncs an order by a signal with the input %s', async (input) => {
    const request = marketOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    fillUnseen(test, request);

    await temporal('signal', '--workflow-id', handle.workflowId, '--name', 'manualSync', '--input', input);

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'manual-sync' });
  });

  it('cancels an order by a signal without input', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);

    await temporal('signal', '--workflow-id', handle.workflowId, '--name', 'cancelOrder');

    expect(await test.outcome(handle)).toMatchObject({ status: 'cancelled' });
  });

  it('asks an order for its state, while it is open and after it has ended', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await monitored(test, request);
    const query = ['query', '--workflow-id', handle.workflowId, '--type', 'orderState', '--output', 'json'];

    expect(JSON.parse(await temporal(...query))).toMatchObject({
      queryResult: [
        { clientOrderId: request.clientOrderId, state: 'monitoring', status: 'pending', exchangeStatus: 'OPEN' },
      ],
    });
    await temporal('cancel', '--workflow-id', handle.workflowId);
    await test.outcome(handle);
    expect(JSON.parse(await temporal(...query))).toMatchObject({
      queryResult: [{ state: 'closed', status: 'cancelled' }],
    });
  });

  it('starts an order, syncs it by an update and shows its outcome', async () => {
    const request = limitOrder({ policy: SLOW });
    const id = ['--workflow-id', workflowIdOf(request.clientOrderId)];
    test.simulator.exchange.setPlan(request, {});
    const input = ['--task-queue', test.taskQueue, '--input', JSON.stringify(request)];
    await temporal('start', '--type', 'orderWorkflow', ...id, ...input);
    await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
    fillUnseen(test, request);

    const report = await temporal('update', 'execute', ...id, '--name', 'syncNow', '--output', 'json');

    expect(report).toContain('"changed": true');
    expect(JSON.parse(await temporal('result', ...id, '--output', 'json'))).toMatchObject({
      status: 'COMPLETED',
      result: { status: 'completed', filledSize: '0.002' },
    });
  });
});

describe('an SDK that knows only the names of workflow and queue', () => {
  it('starts an order by workflow type, id, task queue and one JSON argument', async () => {
    const request = marketOrder();
    const workflowId = workflowIdOf(request.clientOrderId);

    await startRaw(test.client, {
      workflowId,
      taskQueue: test.taskQueue,
      payload: { encoding: 'json/plain', data: JSON.stringify({ ...request, policy: null }) },
    });

    expect(await test.outcome(test.client.workflow.getHandle(workflowId))).toMatchObject({ status: 'completed' });
  });
});
