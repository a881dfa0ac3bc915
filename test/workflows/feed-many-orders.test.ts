/** The feed's sweeps over more orders than are asked for by id: the account's fills and the list of open orders. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../src/simulator/http/api.ts';
import type { FaultAction, LedgerOrder } from '../../src/simulator/index.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { worldOf, type World } from '../support/reconciling.ts';
import { untilRow } from '../support/scenario.ts';
import { eventually } from '../support/waiting.ts';

const INTERVAL_MS = 1_000;
const ORDERS = 150;
/** Later than the tests wait for what must not wait for it. */
const LATE: FaultAction = { kind: 'delay', when: 'before', ms: 6_000 };

let test: TestEngine;
let world: World;
/** Orders that a workflow watches. */
let watched: LedgerOrder[];
beforeAll(async () => {
  test = await startTestEngine({ simulator: { tickMs: 0 } });
  world = worldOf(test);
  const orders = Array.from({ length: ORDERS }, () => world.order());
  const policy = JSON.stringify({ monitor_interval_ms: INTERVAL_MS, monitor_for_ms: 600_000 });
  await world.trades(orders, { policy });
  watched = orders.slice(0, 5);
  for (const { clientOrderId } of watched) await world.watch(clientOrderId);
  for (const { clientOrderId } of watched) await test.untilState(clientOrderId, ({ state }) => state === 'monitoring');
});
afterEach(() => test.simulator.faults.clear());
afterAll(async () => {
  await world?.close();
  await test?.stop();
});

/** The next requests fail like this; answers the number of those that did. */
function failing(endpoint: Endpoint, action: FaultAction, times?: number): () => number {
  const { faults } = test.simulator;
  const id = faults.add({ match: { endpoint, ...(times !== undefined && { times }) }, do: action });
  return () => faults.list().find((rule) => rule.id === id)?.hits ?? 0;
}

function untilHit(hits: () => number): Promise<true> {
  return eventually(() => hits() > 0, { withinMs: 15_000, what: 'the fault' });
}

/** Fills one of the watched orders; answers its status, at the latest after two rounds of questions. */
async function filled(): Promise<string | undefined> {
  const order = watched.pop() as LedgerOrder;
  test.simulator.exchange.act(order.clientOrderId, { do: 'fill' });
  await untilRow(test, order, ({ status }) => status === 'completed', 2 * INTERVAL_MS + 1_000);
  return (await test.trades.find(order.clientOrderId))?.status;
}

function asked(endpoint: Endpoint): number {
  return test.simulator.ledger.requestCount(endpoint);
}

describe('the feed of very many orders', () => {
  it('reports a fill while the list of open orders is unanswered', async () => {
    // Nothing has happened, so this is the list.
    await untilHit(failing('listOrders', LATE, 1));
    expect(await filled()).toBe('completed');
  });

  it('asks for the fills at their pace while the list of open orders is slow', async () => {
    const slow = failing('listOrders', { kind: 'delay', when: 'before', ms: 3_000 });
    await untilHit(slow);
    const before = { fills: asked('listFills'), atMs: Date.now() };
    await sleep(6 * INTERVAL_MS);

    const intervals = (Date.now() - before.atMs) / INTERVAL_MS;
    expect(asked('listFills') - before.fills).toBeGreaterThanOrEqual(Math.floor(intervals) - 1);
    expect(asked('listFills') - before.fills).toBeLessThanOrEqual(Math.ceil(intervals) + 1);
    expect(slow()).toBeLessThanOrEqual(4);
  });

  it('asks for the list of open orders at its pace while the fills are slow, and finds by it what has ended', async () => {
    await untilHit(failing('listFills', LATE));
    expect(await filled()).toBe('completed');
  });

  it('finds a fill by the list of open orders when the fills are refused', async () => {
    await untilHit(failing('listFills', { kind: 'answer', when: 'before', status: 503, body: 'go/sg/1' }));
    expect(await filled()).toBe('completed');
  });

  it('continues after an error of the list of open orders, and asks for the oldest by id meanwhile', async () => {
    await untilHit(failing('listOrders', { kind: 'truncate' }, 1));
    expect(await filled()).toBe('completed');
  });
});
