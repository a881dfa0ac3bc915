/** A random order, what the exchange does with it, what goes wrong meanwhile, and what people do; all of it by a seed. */
import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import fc from 'fast-check';
import { messageOf } from '../../src/domain/message-of.ts';
import type { OrderConfiguration } from '../../src/domain/order/order-configuration.ts';
import type { OrderRequest } from '../../src/domain/order/order-request.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import type { FaultAction, FaultMatch, OrderPlan, PlanStep } from '../../src/simulator/index.ts';
import type { TestEngine } from './engine.ts';
import { expectOneOrder } from './scenario.ts';
import { expectTruth } from './truth.ts';

/** Shorter than the time after which a delayed POST still lands, so that some are searched for. */
const POLICY = { placeForMs: 5_000, immediateCheckAttempts: 2, monitorIntervalMs: 700, monitorForMs: 4_000 };
/** A POST that is delayed by 7 s has landed after this long. */
const LANDED_AFTER_MS = 10_000;

type Fault = { match: Pick<FaultMatch, 'endpoint' | 'times' | 'skip' | 'forMs'>; do: FaultAction };

/** What a person or a bot does, so long after the start. */
interface ByHand {
  afterMs: number;
  do: 'manualSync' | 'cancelOrder';
}

export interface Fate {
  orderConfiguration: OrderConfiguration;
  /** Null: the prices decide, or nothing does. */
  plan: OrderPlan | null;
  faults: Fault[];
  byHand: ByHand[];
}

export function seedOfThisRun(): number {
  const seed = Number(process.env['ORDER_SYNC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  if (!Number.isSafeInteger(seed)) throw new Error('ORDER_SYNC_SEED must be a whole number');
  return seed;
}

const configuration: fc.Arbitrary<OrderConfiguration> = fc.constantFrom<OrderConfiguration>(
  { market_market_ioc: { quote_size: '10.00' } },
  { market_market_ioc: { base_size: '0.001' } },
  { limit_limit_gtc: { base_size: '0.002', limit_price: '50000.00', post_only: false } },
  { limit_limit_fok: { base_size: '0.002', limit_price: '70000.00' } },
);

const afterMs = fc.integer({ min: 0, max: 2_500 });
const fill = fc.record({
  do: fc.constant('fill' as const),
  // Three of them are not the whole order: a step that follows would open it again.
  part: fc.constantFrom('0.1', '0.2', '0.3'),
  afterMs,
});
const middle: fc.Arbitrary<PlanStep> = fc.oneof(
  { weight: 4, arbitrary: fill },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('status' as const),
      status: fc.constantFrom('PENDING', 'QUEUED', 'CANCEL_QUEUED', 'EDIT_QUEUED', 'SOMETHING_NEW', 'OPEN'),
      afterMs,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('reverse' as const), correctedSize: fc.constant('0.00001'), afterMs }),
  },
);
const end: fc.Arbitrary<PlanStep> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('fill' as const), afterMs }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel' as const, 'expire' as const), afterMs }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), afterMs }) },
);
const onCancel: fc.Arbitrary<OrderPlan> = fc.constantFrom<OrderPlan>(
  {},
  { onCancel: { steps: [{ do: 'cancel', afterMs: 300 }] } },
  { onCancel: { steps: [{ do: 'fill' }] } },
  { onCancel: { refuse: 'UNKNOWN_CANCEL_ORDER' } },
);
const plan: fc.Arbitrary<OrderPlan | null> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc
      .tuple(fc.array(middle, { maxLength: 3 }), end, onCancel)
      .map(([steps, last, cancel]) => ({ ...cancel, steps: [...steps, last] })),
  },
  { weight: 1, arbitrary: fc.constant({ refuse: { code: 'INSUFFICIENT_FUND' } }) },
);

const LOST: readonly FaultAction[] = [
  { kind: 'reset', when: 'after' },
  { kind: 'reset', when: 'before' },
  { kind: 'truncate' },
  { kind: 'delay', when: 'before', ms: 7_000 },
  { kind: 'answer', when: 'after', status: 502, body: 'N/A' },
  { kind: 'answer', when: 'after', status: 429, body: '<html>Too many requests</html>' },
];
const UNREADABLE: readonly FaultAction[] = [
  { kind: 'reset', when: 'before' },
  { kind: 'truncate' },
  { kind: 'omit' },
  { kind: 'answer', when: 'after', status: 401, body: 'Unauthorized' },
  { kind: 'answer', when: 'after', status: 503, body: 'go/sg/7' },
  { kind: 'delay', when: 'after', ms: 1_000 },
  { kind: 'patch', fields: { filled_size: '', total_fees: '', average_filled_price: '', something_new: [1] } },
];
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    match: fc.record({ endpoint: fc.constant('createOrder' as const), times: fc.integer({ min: 1, max: 3 }) }),
    do: fc.constantFrom(...LOST),
  }),
  fc.record({
    match: fc.record({
      endpoint: fc.constantFrom('getOrder' as const, 'listOrders' as const, 'cancelOrders' as const),
      times: fc.integer({ min: 1, max: 5 }),
      skip: fc.nat(3),
    }),
    do: fc.constantFrom(...UNREADABLE),
  }),
  fc.record({
    match: fc.record({ endpoint: fc.constant('listFills' as const), times: fc.integer({ min: 1, max: 4 }) }),
    do: fc.constantFrom<FaultAction>(
      { kind: 'omit' },
      { kind: 'repeat' },
      { kind: 'truncate' },
      { kind: 'lag', ms: 2_000 },
    ),
  }),
);

export const anyFate: fc.Arbitrary<Fate> = fc
  .record({
    orderConfiguration: configuration,
    plan,
    faults: fc.array(fault, { maxLength: 3 }),
    byHand: fc.array(
      fc.record({ afterMs: fc.nat(6_000), do: fc.constantFrom('manualSync' as const, 'cancelOrder' as const) }),
      { maxLength: 2 },
    ),
  })
  .map((fate) => ({ ...fate, faults: withOneDelayedPost(fate.faults) }))
  .map((fate) => (mustNotEndEarly(fate.plan) ? { ...fate, byHand: fate.byHand.filter(isNoCancel) } : fate));

/** Two delays of a POST add up: it would land when an operator has long found out that it never did. */
function withOneDelayedPost(faults: readonly Fault[]): Fault[] {
  const first = faults.findIndex(isDelayedPost);
  return faults.filter((fault, index) => index === first || !isDelayedPost(fault));
}

function isDelayedPost({ match, do: action }: Fault): boolean {
  return match.endpoint === 'createOrder' && action.kind === 'delay';
}

/**
 * Of an order that a cancel has ended meanwhile, a change of its status would open it again, which no exchange does, and
 * a correction would come when its fills are in: then it is for reconciliation, which does not run here.
 */
function mustNotEndEarly(given: OrderPlan | null): boolean {
  return given?.steps?.some((step) => step.do === 'status' || step.do === 'reverse') ?? false;
}

function isNoCancel({ do: act }: ByHand): boolean {
  return act !== 'cancelOrder';
}

/** Starts the order and waits for its end; one that never came to be is given up by an operator, as it would be. */
export async function live(test: TestEngine, fate: Fate, index: number): Promise<void> {
  const request = requestOf(fate, index);
  const { clientOrderId } = request;
  if (fate.plan !== null) test.simulator.exchange.setPlan({ clientOrderId }, fate.plan);
  for (const { match, do: action } of fate.faults) {
    test.simulator.faults.add({ match: { clientOrderId, ...match }, do: action });
  }
  // Not all at once: most orders of a bot find others at every stage.
  await sleep(index * 60);
  const handle = await test.start(request);
  const outcome = test.outcome(handle, 120_000);
  await telling(test, fate, clientOrderId, () =>
    Promise.all([outcome, playByHand(handle, fate.byHand), tendWhatIsStale(test, handle, clientOrderId, outcome)]),
  );
}

/** A failure is told with the order's fate, and with what became of it. */
async function telling(
  test: TestEngine,
  fate: Fate,
  clientOrderId: string,
  act: () => Promise<unknown>,
): Promise<void> {
  try {
    await act();
  } catch (error) {
    const stored = await test.trades.events(clientOrderId);
    const events = stored.map(
      ({ at, cause, toStatus, evidence }) => `${at} ${cause} ${toStatus} ${evidence?.['status']}`,
    );
    const details = JSON.stringify(
      { fate, events, order: test.simulator.ledger.orderByClientId(clientOrderId) },
      null,
      1,
    );
    throw new Error(`${messageOf(error)}\n${clientOrderId}: ${details}`, {
      cause: error,
    });
  }
}

/** The row says what the ledger says; an order that never came to be is said to have failed. */
export async function expectAtRest(test: TestEngine, fate: Fate, index: number): Promise<void> {
  const { clientOrderId } = requestOf(fate, index);
  await telling(test, fate, clientOrderId, () => expectRest(test, clientOrderId));
}

async function expectRest(test: TestEngine, clientOrderId: string): Promise<void> {
  expectOneOrder(test, clientOrderId);
  if (test.simulator.ledger.orderByClientId(clientOrderId) !== undefined) {
    await expectTruth(test.trades, test.simulator, clientOrderId);
    return;
  }
  const trade = await test.trades.find(clientOrderId);
  expect(trade).toMatchObject({ orderId: null, filledSize: '0', detectedBy: expect.any(String) });
  expect(['rejected', 'failed', 'cancelled']).toContain(trade?.status);
}

function requestOf({ orderConfiguration }: Fate, index: number): OrderRequest {
  return {
    clientOrderId: `any-${index}`,
    botId: `bot-${index % 5}`,
    productId: 'BTC-USD',
    side: 'BUY',
    orderConfiguration,
    policy: POLICY,
  };
}

async function playByHand(handle: WorkflowHandle, acts: readonly ByHand[]): Promise<void> {
  await Promise.all(
    acts.map(async ({ afterMs: ms, do: signal }) => {
      await sleep(ms);
      // Nobody is there to be told once the order has ended.
      await handle.signal(signal, { requestedBy: 'mia', reason: 'any reason' }).catch(() => undefined);
    }),
  );
}

/**
 * As an operator would: an order that is stale is asked for by hand, and resolved when no POST that is under way can bring
 * it any more.
 */
async function tendWhatIsStale(
  test: TestEngine,
  handle: WorkflowHandle,
  clientOrderId: string,
  outcome: Promise<OrderState>,
): Promise<void> {
  const ended = outcome.then(() => true);
  while (!(await Promise.race([ended, sleep(2_000, false)]))) {
    const trade = await test.trades.find(clientOrderId);
    if (trade?.status !== 'stale') continue;
    const isUnheardOf = test.simulator.ledger.orderByClientId(clientOrderId) === undefined;
    const hasLanded = Date.now() - Date.parse(trade.postAttemptedAt ?? '') > LANDED_AFTER_MS;
    const resolution = { status: 'failed', requestedBy: 'mia', reason: 'it never came to be' };
    const asked = !isUnheardOf
      ? handle.executeUpdate<unknown, []>('syncNow')
      : hasLanded && handle.executeUpdate<unknown, [unknown]>('resolveOrder', { args: [resolution] });
    // Refused when it has ended meanwhile.
    await Promise.resolve(asked).catch(() => undefined);
  }
}
