/** docs/operations.md says how an upgrade goes where the workers have versions: its commands are run here as they stand there. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { commandLine } from '../cli/command-line.ts';
import { documentedConsole, type DocumentedConsole } from '../support/console.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { SLOW } from '../support/policies.ts';
import { temporalAddress } from '../support/resources.ts';
import { expectOnlyRequested, expectTruth } from '../support/truth.ts';
import { twoBuilds, runsOf, type Build } from '../support/versions.ts';
import { eventually } from '../support/waiting.ts';

/** As in the document. */
const DEPLOYMENT = 'order-sync';

let test: TestEngine;
let upgrade: DocumentedConsole;
let old: Build;
let next: Build;
let nextEngine: Engine | undefined;

beforeAll(async () => {
  [old, next] = await twoBuilds();
  test = await startTestEngine({ deploymentName: DEPLOYMENT, push: true });
  upgrade = await documentedConsole('operations.md', 'Upgrades', {
    TEMPORAL_ADDRESS: temporalAddress(),
    OLD: old.buildId,
    NEW: next.buildId,
  });
}, 120_000);
afterAll(async () => {
  await nextEngine?.stop();
  await test?.stop();
}, 60_000);

/** By the engine that is never stopped here, once it runs. */
function trades(): TestEngine['trades'] {
  return (nextEngine ?? test.engine).database.trades;
}

async function ends(request: OrderRequest): Promise<string> {
  const outcome = await test.outcome(test.client.workflow.getHandle(workflowIdOf(request.clientOrderId)));
  await expectTruth(trades(), test.simulator, request.clientOrderId);
  expect(test.simulator.ledger.postCount(request.clientOrderId)).toBe(1);
  return outcome.status;
}

function runs({ clientOrderId }: OrderRequest): ReturnType<typeof runsOf> {
  return runsOf(test.client, workflowIdOf(clientOrderId));
}

async function place(request: OrderRequest, status: string): Promise<OrderRequest> {
  test.simulator.exchange.setPlan(request, {});
  await test.start(request);
  await eventually(async () => (await trades().find(request.clientOrderId))?.status === status, {
    withinMs: 30_000,
    what: `${request.clientOrderId} to be ${status}`,
  });
  return request;
}

/** With the version's build id in the command's `$NEW`; refused until the server has heard of its workers. */
async function makeCurrent({ buildId }: Build): Promise<void> {
  const set = () => upgrade.check(upgrade.commandWith('set-current-version'), { NEW: buildId }).then(() => true);
  await eventually(set, { withinMs: 20_000, what: `${buildId} to be made current` });
}

async function examined(check: string): Promise<Finding | undefined> {
  const environment = { ...test.environment, ORDER_SYNC_DEPLOYMENT_NAME: DEPLOYMENT };
  const { out } = await commandLine({ environment, taskQueue: test.taskQueue })('doctor', '--json');
  return (JSON.parse(out) as { findings: Finding[] }).findings.find((finding) => finding.check === check);
}

function untilRuns(request: OrderRequest, more: Awaited<ReturnType<typeof runs>>): Promise<unknown> {
  const compare = async (): Promise<boolean> => {
    expect(await runs(request)).toEqual(more);
    return true;
  };
  return eventually(compare, { withinMs: 60_000, what: `the runs of ${request.clientOrderId}` });
}

const checked = () => marketOrder({ policy: { immediateCheckAttempts: 100, immediateCheckIntervalMs: 1_000 } });

describe('an upgrade of versioned workers', () => {
  const short = checked();
  const resting = limitOrder({ policy: SLOW });

  it('begins with a version that is made current', async () => {
    expect(await examined('worker deployment')).toMatchObject({
      level: 'fail',
      says: `no version of ${DEPLOYMENT} is current, so no order makes progress`,
      remedy: expect.stringContaining(`--deployment-name ${DEPLOYMENT} --build-id ${old.buildId}`),
    });
    await makeCurrent(old);
    await place(short, 'placing');
    await place(resting, 'pending');

    expect(await untilRuns(resting, [{ status: 'RUNNING', buildId: old.buildId }])).toBe(true);
  });

  it('gives the next version nothing until it is current', async () => {
    nextEngine = await test.beside({ workflowBundle: next.workflowBundle });
    await upgrade.check(upgrade.commandWith('describe --name'));
    const quick = marketOrder();
    await test.start(quick);

    expect(await ends(quick)).toBe('completed');
    expect(await runs(quick)).toEqual([{ status: 'COMPLETED', buildId: old.buildId }]);
  });

  it('moves an order that rests to the next version, and leaves one that ends soon', async () => {
    await makeCurrent(next);
    const quick = marketOrder();
    await untilRuns(resting, [
      { status: 'CONTINUED_AS_NEW', buildId: old.buildId },
      { status: 'RUNNING', buildId: next.buildId },
    ]);
    await test.start(quick);

    expect(await ends(quick)).toBe('completed');
    expect(await runs(quick)).toEqual([{ status: 'COMPLETED', buildId: next.buildId }]);
    expect(await examined('worker deployment')).toMatchObject({
      level: 'ok',
      says: expect.stringContaining(
        `${next.buildId}, another build than the one installed here, is the current version`,
      ),
      details: { currentBuildId: next.buildId, polledBy: [expect.any(String)] },
    });
    const onOld = async () => (await examined('orders on earlier builds'))?.details?.['openOrders'];
    await eventually(async () => isDeepStrictEqual(await onOld(), { [old.buildId]: 1 }), {
      withinMs: 20_000,
      what: 'the order on the earlier build to be told',
    });
    test.simulator.exchange.act(short.clientOrderId, { do: 'fill' });
    expect(await ends(short)).toBe('completed');
    expect(await runs(short)).toEqual([{ status: 'COMPLETED', buildId: old.buildId }]);
  });

  it('ends when nothing is left to the old version, whose workers may stop then', async () => {
    const isDrained = () => upgrade.check(upgrade.commandWith('describe-version')).then(() => true);
    await eventually(isDrained, { withinMs: 40_000, what: 'the old version to be drained' });
    await test.down();
    test.simulator.exchange.act(resting.clientOrderId, { do: 'fill' });

    expect(await ends(resting)).toBe('completed');
  });

  it('can be reverted', async () => {
    const request = await place(limitOrder({ policy: SLOW }), 'pending');
    await test.up();

    await makeCurrent(old);

    await untilRuns(request, [
      { status: 'CONTINUED_AS_NEW', buildId: next.buildId },
      { status: 'RUNNING', buildId: old.buildId },
    ]);
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    expect(await ends(request)).toBe('completed');
  });

  it('moves the orders of workers that stopped too early to the current version', async () => {
    const request = await place(checked(), 'placing');
    await makeCurrent(next);
    await test.down();

    await upgrade.check(upgrade.commandWith('update-options'));

    await test.client.workflow.getHandle(workflowIdOf(request.clientOrderId)).signal('manualSync');
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    expect(await ends(request)).toBe('completed');
    expect(await runs(request)).toEqual([{ status: 'COMPLETED', buildId: next.buildId }]);
    expectOnlyRequested(test);
  });
});
