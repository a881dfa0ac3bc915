import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import PQueue from 'p-queue';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderPolicy } from '../../src/domain/order/policy.ts';
import type { Trade } from '../../src/domain/order/trade.ts';
import type { OrderOutcome } from '../../src/domain/order/order-state.ts';
import type { SyncReport } from '../../src/domain/order/sync-report.ts';
import type { OrderAction, OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, startTestEngine, type TestEngine } from '../support/engine.ts';
import { replayAll, type History } from '../support/replay.ts';
import { expectOnlyRequested, expectTruth } from '../support/truth.ts';
import { deadline } from '../support/waiting.ts';

const ORDERS = 300;
/** Ten times what a machine needs that does nothing else. */
const PATIENTLY_MS = 300_000;
/** More are not started until these are placed, so that a busy machine misses the placement window of none. */
const PLACED_AT_ONCE = 60;

const PATIENT: Partial<OrderPolicy> = { placeForMs: 120_000 };
/** One look after the placement, and then one every second and a half. */
const QUICK: Partial<OrderPolicy> = { immediateCheckAttempts: 1, monitorIntervalMs: 1_500 };

interface Fate {
  request: (change?: Partial<OrderRequest>) => OrderRequest;
  policy?: Partial<OrderPolicy>;
  /** Default: the simulator fills at once. */
  plan?: OrderPlan;
  /** Default: 1. */
  posts?: number;
  /** What is done to the order while it lives. */
  meanwhile?: (handle: WorkflowHandle, clientOrderId: string) => Promise<unknown>;
  end: Partial<OrderOutcome>;
}

/** It has a timer for its window, as no resting order does. */
function immediateOrder(change: Partial<OrderRequest> = {}): OrderRequest {
  const orderConfiguration = { sor_limit_ioc: { base_size: '0.002', limit_price: '50000.00' } };
  return limitOrder({ orderConfiguration, ...change });
}

const FATES: readonly Fate[] = [
  // Filled at once.
  { request: marketOrder, end: { status: 'completed', immediateFill: true } },
  // Filled while it is looked at again and again.
  {
    request: marketOrder,
    policy: { immediateCheckIntervalMs: 200 },
    plan: { steps: [{ do: 'fill', afterMs: 700 }] },
    end: { status: 'completed', immediateFill: true },
  },
  // Filled in parts while it is monitored: each leaves the watch, and the last one the timer of the window too.
  {
    request: marketOrder,
    policy: QUICK,
    plan: {},
    meanwhile: (_handle, clientOrderId) => fillInParts(clientOrderId),
    end: { status: 'completed', detectedBy: 'monitoring', immediateFill: false },
  },
  {
    request: limitOrder,
    policy: QUICK,
    plan: {},
    meanwhile: (_handle, clientOrderId) => fillInParts(clientOrderId),
    end: { status: 'completed', detectedBy: 'monitoring' },
  },
  // Cancelled by a signal, half of it filled.
  {
    request: immediateOrder,
    policy: QUICK,
    plan: { steps: [{ do: 'fill', part: '0.5' }] },
    async meanwhile(handle, clientOrderId) {
      await untilRow(clientOrderId, ({ status, filledSize }) => status === 'pending' && filledSize === '0.001');
      await handle.signal('cancelOrder');
    },
    end: { status: 'cancelled', filledSize: '0.001' },
  },
  // Expired at the exchange.
  {
    request: immediateOrder,
    policy: QUICK,
    plan: {},
    meanwhile: (_handle, clientOrderId) => oncePending(clientOrderId, { do: 'expire' }),
    end: { status: 'expired', detectedBy: 'monitoring' },
  },
  // Refused.
  {
    request: marketOrder,
    plan: { refuse: { code: 'INSUFFICIENT_FUND' } },
    end: { status: 'rejected', reason: 'INSUFFICIENT_FUND' },
  },
  // Gone stale, because the timer of the window fired, and filled afterwards.
  {
    request: marketOrder,
    policy: { ...QUICK, monitorForMs: 1_000 },
    plan: {},
    async meanwhile(_handle, clientOrderId) {
      await untilRow(clientOrderId, ({ status }) => status === 'stale');
      test.simulator.exchange.act(clientOrderId, { do: 'fill' });
    },
    end: { status: 'completed', detectedBy: 'monitoring', immediateFill: false },
  },
  // Synced by hand, because nothing else looks in time.
  {
    request: marketOrder,
    policy: { ...QUICK, monitorIntervalMs: 60_000 },
    plan: {},
    async meanwhile(handle, clientOrderId) {
      await oncePending(clientOrderId, { do: 'fill' });
      // On a busy machine a look may not be answered in time, which the report says.
      let report: SyncReport;
      do report = await handle.executeUpdate<SyncReport, []>('syncNow');
      while (report.error !== null);
    },
    // Which of the two sees the fill first, the sync or the feed, is open.
    end: { status: 'completed' },
  },
  // Posted again, because the answer was lost.
  { request: marketOrder, posts: 2, end: { status: 'completed', immediateFill: true } },
];

let test: TestEngine;
beforeAll(async () => {
  test = await startTestEngine({ requestsPerSecond: 1_000, simulator: { tickMs: 0 } });
});
afterAll(() => test?.stop());

async function oncePending(clientOrderId: string, action: OrderAction): Promise<void> {
  await untilRow(clientOrderId, ({ status }) => status === 'pending');
  test.simulator.exchange.act(clientOrderId, action);
}

async function fillInParts(clientOrderId: string): Promise<void> {
  await oncePending(clientOrderId, { do: 'fill', part: '0.4' });
  await untilRow(clientOrderId, ({ filledSize }) => filledSize !== '0');
  test.simulator.exchange.act(clientOrderId, { do: 'fill' });
}

let rows: Promise<Map<string, Trade>> = Promise.resolve(new Map());
let rowsReadAtMs = 0;

/** One query for all, because those of 300 orders would keep the worker from its work. */
function readRows(): Promise<Map<string, Trade>> {
  if (Date.now() - rowsReadAtMs > 1_000) {
    rowsReadAtMs = Date.now();
    rows = test.trades.list({ limit: 500 }).then(({ items }) => new Map(items.map((row) => [row.clientOrderId, row])));
  }
  return rows;
}

async function untilRow(clientOrderId: string, fits: (trade: Trade) => boolean): Promise<void> {
  const giveUpAtMs = Date.now() + PATIENTLY_MS;
  for (;;) {
    const row = (await readRows()).get(clientOrderId);
    if (row !== undefined && fits(row)) return;
    if (Date.now() > giveUpAtMs) throw new Error(`${clientOrderId} did not come so far: ${JSON.stringify(row)}`);
    await sleep(250);
  }
}

interface Life {
  handle: WorkflowHandle;
  clientOrderId: string;
  fate: Fate;
}

async function begin(index: number): Promise<Life> {
  const fate = FATES[index % FATES.length] as Fate;
  const request = fate.request({ botId: `bot${index % 7}`, policy: { ...PATIENT, ...fate.policy } });
  const { clientOrderId } = request;
  if (fate.plan) test.simulator.exchange.setPlan({ clientOrderId }, fate.plan);
  if (fate.posts === 2) {
    const match = { endpoint: 'createOrder', clientOrderId, times: 1 } as const;
    test.simulator.faults.add({ match, do: { kind: 'reset', when: 'after' } });
  }
  return { handle: await test.start(request), clientOrderId, fate };
}

async function beginAll(): Promise<Life[]> {
  const starts = new PQueue({ concurrency: PLACED_AT_ONCE });
  return starts.addAll(
    Array.from({ length: ORDERS }, (_, index) => async () => {
      const life = await begin(index);
      await untilRow(life.clientOrderId, ({ postAttempts }) => postAttempts > 0);
      return life;
    }),
  );
}

async function liveOn({ handle, clientOrderId, fate }: Life): Promise<OrderOutcome> {
  await fate.meanwhile?.(handle, clientOrderId);
  return handle.result();
}

describe('three hundred orders at once', () => {
  let lives: Life[] = [];
  const histories = new Map<string, History>();

  it(
    'all end correctly, whatever happens to each of them, and none is placed twice',
    async () => {
      lives = await deadline(beginAll(), PATIENTLY_MS, 'the placements');
      const outcomes = await deadline(Promise.all(lives.map(liveOn)), PATIENTLY_MS, 'the outcomes');

      for (const [index, { clientOrderId, fate }] of lives.entries()) {
        expect(outcomes[index]).toMatchObject({ clientOrderId, ...fate.end });
        expect(await expectTruth(test.trades, test.simulator, clientOrderId)).toMatchObject(fate.end);
        expect(test.simulator.ledger.postCount(clientOrderId)).toBe(fate.posts ?? 1);
      }
      expectOnlyRequested(test);
    },
    3 * PATIENTLY_MS,
  );

  it(
    'leave histories with cancelled timers, and no workflow task that failed',
    async () => {
      await Promise.all(lives.map(async ({ handle }) => histories.set(handle.workflowId, await handle.fetchHistory())));
      const events = [...histories.values()].flatMap((history) => history.events ?? []);

      // Four of the ten fates leave the window of monitoring before its timer fires; on a busy machine some are late.
      const cancelled = events.filter((event) => event.timerCanceledEventAttributes);
      expect(cancelled.length).toBeGreaterThanOrEqual(ORDERS / 5);
      // A message that came as the workflow was about to end is no failure: the server has the task done again.
      const failures = events.flatMap((event) => event.workflowTaskFailedEventAttributes?.failure?.message ?? []);
      expect(failures.filter((message) => message !== 'UnhandledCommand')).toEqual([]);
    },
    PATIENTLY_MS,
  );

  it(
    'leave histories that all replay: no order has affected the timer of another',
    async () => {
      expect(histories.size).toBe(ORDERS);
      expect(await replayAll(histories)).toEqual([]);
    },
    PATIENTLY_MS,
  );
});
