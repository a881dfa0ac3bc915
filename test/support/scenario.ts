/** How the scenarios end: the row against the exchange's ledger, the bot free, the states in their order. */
import { expect } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { EventCause } from '../../src/domain/order/trade-event.ts';
import type { OrderStateName, Trade, TradeStatus } from '../../src/domain/order/trade.ts';
import type { OrderOutcome } from '../../src/domain/order/order-state.ts';
import type { StoredEvent } from '../../src/ports/trade-store.ts';
import type { FaultAction, FaultMatch } from '../../src/simulator/index.ts';
import { TIMELINES, type ScenarioName } from '../scenarios/timelines.ts';
import { limitOrder, type TestEngine } from './engine.ts';
import { keepHistory } from './kept-histories.ts';
import { expectTruth } from './truth.ts';
import { eventually } from './waiting.ts';

/** What the end is looked at with. */
export type Observed = Pick<TestEngine, 'outcome' | 'trades' | 'simulator'>;

export interface Ended {
  outcome: OrderOutcome;
  trade: Trade;
  events: StoredEvent[];
}

export interface End {
  /** Expected POSTs; default 1. */
  posts?: number;
  withinMs?: number;
}

/**
 * Waits for the workflow's end and compares: what the row says with the ledger (status, sizes, fees, fills by entry id,
 * order id), the number of orders and POSTs, the states with the scenario's timeline. The bot is free.
 */
export async function expectEnd(
  test: Observed,
  handle: WorkflowHandle,
  name: ScenarioName,
  { posts = 1, withinMs = 60_000 }: End = {},
): Promise<Ended> {
  const outcome = await test.outcome(handle, withinMs);
  const { clientOrderId, botId } = outcome;
  const trade = await expectTruth(test.trades, test.simulator, clientOrderId);
  const { status, orderId } = trade;
  expect(outcome).toMatchObject({ status, orderId });
  expect(test.simulator.ledger.postCount(clientOrderId)).toBe(posts);
  expectOneOrder(test, clientOrderId);
  const blocking = await test.trades.openTradesOf(botId, null);
  expect(blocking.map((open) => open.clientOrderId)).not.toContain(clientOrderId);
  return { outcome, trade, events: await expectTimeline(test, handle, clientOrderId, name) };
}

/** At most one order under the id, and whatever was posted were the same bytes. */
export function expectOneOrder({ simulator: { ledger } }: Pick<Observed, 'simulator'>, clientOrderId: string): void {
  expect(ledger.orders().filter((order) => order.clientOrderId === clientOrderId).length).toBeLessThanOrEqual(1);
  expect(new Set(ledger.posts(clientOrderId).map(({ body }) => body)).size).toBeLessThanOrEqual(1);
}

/** Compares the states in `order_events` with the scenario's, and keeps the history where that is wanted. */
export async function expectTimeline(
  { trades }: Pick<Observed, 'trades'>,
  handle: WorkflowHandle,
  clientOrderId: string,
  name: ScenarioName,
): Promise<StoredEvent[]> {
  const events = await trades.events(clientOrderId);
  expect(timelineOf(events.map(({ cause, state, toStatus }) => ({ cause, state, status: toStatus })))).toEqual(
    TIMELINES[name],
  );
  await keepHistory(name, handle);
  return events;
}

/** The events that completed the trade; those of its fills, which come at any time after it, are none. */
export function endsAmong(events: readonly StoredEvent[]): StoredEvent[] {
  return events.filter(({ fromStatus, toStatus }) => fromStatus !== toStatus && toStatus === 'completed');
}

/** Written by activities, within a state. */
const WITHIN_PLACED: readonly EventCause[] = ['intent', 'post_attempt', 'post_outcome'];

/** The states one after the other, from what was committed. */
function timelineOf(commits: readonly { cause: EventCause; state: OrderStateName; status: TradeStatus }[]): string[] {
  const states = commits
    .filter(({ cause }) => !WITHIN_PLACED.includes(cause))
    .map(({ state, status }) => (state === 'closed' ? status : state));
  return ['placed', ...states].filter((state, index, all) => state !== all[index - 1]);
}

/** Adds a fault that befalls this order only; answers its id. */
export function fault(
  { simulator }: TestEngine,
  { clientOrderId }: Pick<OrderRequest, 'clientOrderId'>,
  match: Omit<FaultMatch, 'clientOrderId' | 'clientOrderIdPrefix'>,
  action: FaultAction,
): string {
  return simulator.faults.add({ match: { clientOrderId, ...match }, do: action });
}

/** The same, in every look at the order: by the immediate check, by hand, and by the feed. */
export function faultInLooks(
  engine: TestEngine,
  request: OrderRequest,
  action: FaultAction,
): { hits(): number; remove(): void } {
  const { faults } = engine.simulator;
  const ids = (['getOrder', 'listOrders'] as const).map((endpoint) => fault(engine, request, { endpoint }, action));
  return {
    hits: () => faults.list().reduce((sum, { id, hits }) => sum + (ids.includes(id) ? hits : 0), 0),
    remove() {
      for (const id of ids) faults.remove(id);
    },
  };
}

/**
 * Fills the order, or a part of it. The account does not list the fill until the answered function is called: the feed
 * asks for fills, too, and would see it before anybody else.
 */
export function fillUnseen(test: TestEngine, request: Pick<OrderRequest, 'clientOrderId'>, part?: string): () => void {
  const id = fault(test, request, { endpoint: 'listFills' }, { kind: 'lag', ms: 600_000 });
  test.simulator.exchange.act(request.clientOrderId, { do: 'fill', ...(part !== undefined && { part }) });
  return () => test.simulator.faults.remove(id);
}

/** Waits for the row, which is no work for the worker: use it where there are many orders. */
export function untilRow(
  { trades }: Pick<Observed, 'trades'>,
  { clientOrderId }: Pick<OrderRequest, 'clientOrderId'>,
  fits: (trade: Trade) => boolean,
  withinMs = 60_000,
): Promise<true> {
  return eventually(
    async () => {
      const trade = await trades.find(clientOrderId);
      if (trade !== null && fits(trade)) return true;
      throw new Error(
        trade === null ? 'there is none' : `it is ${trade.status}, ${trade.reason ?? 'without a reason'}`,
      );
    },
    { withinMs, what: `the row of ${clientOrderId}` },
  );
}

/** An order that is monitored, and at the exchange as the test leaves it. */
export async function monitored(test: TestEngine, request: OrderRequest): Promise<WorkflowHandle> {
  test.simulator.exchange.setPlan(request, test.simulator.exchange.plans.find(request.clientOrderId) ?? {});
  const handle = await test.start(request);
  await test.untilState(request.clientOrderId, ({ state }) => state === 'monitoring');
  return handle;
}

/** A resting order that is monitored, and that nothing happens to at the exchange. */
export async function resting(test: TestEngine, change: Partial<OrderRequest> = {}): Promise<OrderRequest> {
  const request = limitOrder(change);
  await monitored(test, request);
  return request;
}

export function handleOf(
  { client }: Pick<TestEngine, 'client'>,
  { clientOrderId }: Pick<OrderRequest, 'clientOrderId'>,
): WorkflowHandle {
  return client.workflow.getHandle(workflowIdOf(clientOrderId));
}

export function causesOf(events: readonly StoredEvent[]): EventCause[] {
  return events.map(({ cause }) => cause);
}

/** Without what the feed records of the fills, which may come a moment after the end. */
export async function causesWithoutFills(
  { trades }: Pick<Observed, 'trades'>,
  { clientOrderId }: Pick<OrderRequest, 'clientOrderId'>,
): Promise<EventCause[]> {
  return causesOf(await trades.events(clientOrderId)).filter((cause) => cause !== 'fills');
}

/** What an order's row never was. */
export function expectNever(events: readonly StoredEvent[], ...statuses: TradeStatus[]): void {
  for (const status of statuses) expect(events.map(({ toStatus }) => toStatus)).not.toContain(status);
}

/** Waits until the alert was raised for the order. */
export async function expectAlert(
  test: TestEngine,
  { clientOrderId }: OrderRequest,
  alert: string,
  withinMs = 10_000,
): Promise<void> {
  await eventually(() => test.alerts.some((each) => each.alert === alert && each.clientOrderId === clientOrderId), {
    withinMs,
    what: `the alert ${alert} of ${clientOrderId}`,
  });
}
