/** One resting order that changes again and again, on a server that suggests another run after a few dozen events. */
import { expect } from '@jest/globals';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import type { OrderOutcome } from '../../src/domain/order/order-state.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import { startTestEngine, type TestEngine, type TestEngineOptions } from './engine.ts';
import { SLOW } from './policies.ts';
import { handleOf, resting } from './scenario.ts';
import { startTestTemporal } from './temporal-server.ts';
import { expectTruth } from './truth.ts';
import { eventually } from './waiting.ts';

/** Temporal's own limit is 4,096. */
export const EVENTS_A_RUN = 60;

export interface LongLife {
  /** How each of its runs ended, the oldest first. */
  runs: string[];
  before: Trade;
  after: Trade;
  events: StoredEvent[];
  outcome: OrderOutcome;
}

export async function startShortRuns(
  options: Omit<TestEngineOptions, 'temporalAddress'> = {},
): Promise<{ test: TestEngine; stop(): Promise<void> }> {
  const temporal = await startTestTemporal({ settings: { 'limit.historyCount.suggestContinueAsNew': EVENTS_A_RUN } });
  const test = await startTestEngine({ ...options, temporalAddress: temporal.address });
  return {
    test,
    async stop() {
      await test.stop();
      await temporal.stop();
    },
  };
}

/**
 * Each change is a part that is filled and that a sync sees; a signal is sent with each, which nobody waits for. In the
 * end the order is cancelled by a signal, too.
 */
export async function liveLong(test: TestEngine, changes: number): Promise<LongLife> {
  const request = await resting(test, { policy: { ...SLOW, monitorForMs: 3_600_000 } });
  const { clientOrderId } = request;
  const handle = handleOf(test, request);
  const before = await rowOf(test, clientOrderId);
  const size = (0.9 / changes).toFixed(6);
  for (let change = 1; change <= changes; change += 1) {
    test.simulator.exchange.act(clientOrderId, { do: 'fill', part: size });
    const signalled = handle.signal('manualSync', { requestedBy: 'ann', reason: `signal ${change}` });
    const update = { args: [{ requestedBy: 'ann', reason: `update ${change}` }] as [unknown] };
    const { coinbase, after } = await handle.executeUpdate<SyncReport, [unknown]>('syncNow', update);
    expect(after.filledSize).toBe(coinbase?.filledSize);
    await signalled;
  }
  await handle.signal('cancelOrder', { requestedBy: 'bob', reason: 'enough' });
  const outcome = await test.outcome(handle);
  const after = await expectTruth(test.trades, test.simulator, clientOrderId);
  return {
    runs: await runsOf(test, handle.workflowId),
    before,
    after,
    events: await test.trades.events(clientOrderId),
    outcome,
  };
}

async function rowOf({ trades }: TestEngine, clientOrderId: string): Promise<Trade> {
  const trade = await trades.find(clientOrderId);
  if (trade === null) throw new Error(`${clientOrderId} has no row`);
  return trade;
}

/** Lists lag behind: the last run is in them when none runs any more. */
function runsOf({ client }: TestEngine, workflowId: string): Promise<string[]> {
  return eventually(
    async () => {
      const runs: WorkflowExecutionInfo[] = [];
      for await (const run of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) runs.push(run);
      const ends = runs
        .toSorted((a, b) => a.startTime.getTime() - b.startTime.getTime())
        .map(({ status }) => status.name);
      return ends.at(-1) === 'COMPLETED' && !ends.includes('RUNNING') && ends;
    },
    { withinMs: 20_000, what: 'the list of runs' },
  );
}
