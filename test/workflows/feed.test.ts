/** The feed by its sweeps alone: nothing is pushed here. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { feedWorkflowId } from '../../src/domain/task-queues.ts';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import { limitOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { worldOf, type World } from '../support/reconciling.ts';
import { QUICK, SLOW } from '../support/policies.ts';
import { faultInLooks, monitored, untilRow } from '../support/scenario.ts';
import { expectTruth } from '../support/truth.ts';
import { eventually } from '../support/waiting.ts';

let test: TestEngine;
let world: World;
beforeAll(async () => {
  test = await startTestEngine({ simulator: { tickMs: 0 } });
  world = worldOf(test);
});
afterEach(() => test.simulator.faults.clear());
afterAll(async () => {
  await world?.close();
  await test?.stop();
});

/** Every request that looks at orders. */
function looks(): number {
  const { ledger } = test.simulator;
  const endpoints = ['getOrder', 'listOrders', 'listFills'] as const;
  return endpoints.reduce((sum, endpoint) => sum + ledger.requestCount(endpoint), 0);
}

/** Until the feed has looked so many more times. */
function untilLooks(more: number): Promise<true> {
  const wanted = looks() + more;
  return eventually(() => looks() >= wanted, { withinMs: 20_000, what: `${more} looks` });
}

async function eventsOf(handle: WorkflowHandle): Promise<number> {
  return (await handle.fetchHistory()).events?.length ?? 0;
}

describe('the feed', () => {
  it('costs an order nothing while nothing happens', async () => {
    const handle = await monitored(test, limitOrder({ policy: QUICK }));
    await untilLooks(2);
    const before = await eventsOf(handle);
    await untilLooks(6);

    expect(await eventsOf(handle)).toBe(before);
    await handle.signal('cancelOrder');
    await test.outcome(handle);
    const { events = [] } = await handle.fetchHistory();
    expect(events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toEqual([]);
  });

  it('brings a resting order back from stale as often as it is confirmed again', async () => {
    const request = limitOrder({ policy: { ...QUICK, monitorForMs: 1_000 } });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    for (let times = 0; times < 2; times += 1) {
      const unseen = faultInLooks(test, request, { kind: 'omit' });
      await test.untilState(clientOrderId, ({ state }) => state === 'stale');
      unseen.remove();
      await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
    }
    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
  });

  it('asks for many orders at once, and hides none behind one that cannot be read', async () => {
    const requests = [QUICK, QUICK, QUICK].map((policy) => limitOrder({ policy }));
    const handles = await Promise.all(requests.map((request) => monitored(test, request)));
    const [odd, ...others] = requests as [OrderRequest, ...OrderRequest[]];
    const { faults, exchange, ledger } = test.simulator;
    const match = { endpoint: 'listOrders', clientOrderId: odd.clientOrderId } as const;
    faults.add({ match, do: { kind: 'patch', fields: { filled_size: 'many' } } });
    const before = ledger.requestCount('getOrder');
    for (const { clientOrderId } of requests) exchange.act(clientOrderId, { do: 'fill' });

    for (const request of others) await untilRow(test, request, ({ status }) => status === 'completed');
    expect(await test.trades.find(odd.clientOrderId)).toMatchObject({ status: 'pending' });
    faults.clear();

    for (const handle of handles) expect(await test.outcome(handle)).toMatchObject({ status: 'completed' });
    for (const { clientOrderId } of requests) await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(ledger.requestCount('getOrder')).toBe(before);
  });

  it('looks at every order when another worker takes it over, whatever its pace', async () => {
    const request = limitOrder({ policy: SLOW });
    const handle = await monitored(test, request);
    await test.down();
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    await test.up();

    expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
  });

  it('commits an end as soon as the workflow is told of it, whoever runs it and when', async () => {
    const watched = world.order();
    await world.trades([watched], { policy: JSON.stringify({ monitor_interval_ms: 500 }) });
    const notRun = await test.client.workflow.start('orderWorkflow', {
      taskQueue: `${test.taskQueue}-nobody`,
      workflowId: workflowIdOf(watched.clientOrderId),
      args: [{ clientOrderId: watched.clientOrderId }],
    });
    test.simulator.exchange.act(watched.clientOrderId, { do: 'fill' });

    await untilRow(test, watched, ({ status }) => status === 'completed');
    const events = await test.trades.events(watched.clientOrderId);
    expect(events.filter(({ cause }) => cause !== 'fills')).toMatchObject([
      { cause: 'observed', source: 'sweep', state: 'completed', factKey: expect.stringMatching(/^feed\//) },
    ]);
    await notRun.terminate();
  });

  it('has another run record the end of an order whose workflow was terminated, and nothing before that', async () => {
    const request = limitOrder({ policy: QUICK });
    const { clientOrderId } = request;
    const handle = await monitored(test, request);
    await handle.terminate('by mistake');
    test.simulator.exchange.act(clientOrderId, { do: 'fill', part: '0.5' });
    await untilLooks(6);
    // Giving it another run while it is open is for reconciliation, which reports that.
    expect(await test.trades.find(clientOrderId)).toMatchObject({ status: 'pending', filledSize: '0' });
    const latest = test.client.workflow.getHandle(handle.workflowId);
    expect((await latest.describe()).status.name).toBe('TERMINATED');

    test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    await untilRow(test, request, ({ status }) => status === 'completed');
    expect(await test.outcome(latest)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    await expectTruth(test.trades, test.simulator, clientOrderId);
    expect(test.simulator.ledger.postCount(clientOrderId)).toBe(1);
  });

  it('commits an end once, although the workflow sees it too', async () => {
    const request = limitOrder({ policy: QUICK });
    const handle = await monitored(test, request);
    const { runId } = await handle.describe();
    test.simulator.exchange.act(request.clientOrderId, { do: 'fill' });
    await test.outcome(handle);
    await untilRow(test, request, ({ fillsComplete }) => fillsComplete);
    expect((await test.client.workflow.getHandle(handle.workflowId).describe()).runId).toBe(runId);

    const events = await test.trades.events(request.clientOrderId);
    expect(events.filter(({ toStatus }) => toStatus === 'completed')).toMatchObject([
      { fromStatus: 'pending', cause: 'observed', factKey: expect.stringMatching(/^feed\//) },
      { fromStatus: 'completed', cause: 'fills' },
    ]);
  });

  it('is one workflow, which a second worker does not start again', async () => {
    const feed = test.client.workflow.getHandle(feedWorkflowId(test.taskQueue));
    const { runId } = await feed.describe();
    await test.down();
    await test.up();

    expect(await feed.describe()).toMatchObject({ runId, status: { name: 'RUNNING' } });
  });

  it('watches hundreds by the fills of the account and the list of open orders, a few requests at a time', async () => {
    const orders = Array.from({ length: 300 }, () => world.order());
    const policy = JSON.stringify({ monitor_interval_ms: 1_000, monitor_for_ms: 600_000 });
    await world.trades(orders, { policy });
    const filled = orders.slice(0, 20);
    for (const { clientOrderId } of orders.slice(0, 20)) await world.watch(clientOrderId);
    await eventually(async () => (await test.state(filled.at(-1)?.clientOrderId ?? '')).state === 'monitoring', {
      withinMs: 30_000,
      what: 'the workflows',
    });
    const before = { looks: looks(), atMs: Date.now() };
    await sleep(5_000);
    const perSecond = ((looks() - before.looks) * 1000) / (Date.now() - before.atMs);
    // Fills, and the open orders in two questions, each second; one by one it would be 300.
    expect(perSecond).toBeLessThan(10);

    for (const { clientOrderId } of filled) test.simulator.exchange.act(clientOrderId, { do: 'fill' });

    for (const { clientOrderId } of filled) {
      const handle = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
      expect(await test.outcome(handle)).toMatchObject({ status: 'completed', detectedBy: 'monitoring' });
    }
  });
});
