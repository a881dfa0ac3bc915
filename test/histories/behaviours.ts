/** One order for each behaviour whose history is kept in this folder. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { workflowIdOf, type OrderRequest } from '../../src/domain/order/order-request.ts';
import type { EventCause } from '../../src/domain/order/trade-event.ts';
import type { OrderState } from '../../src/domain/order/order-state.ts';
import type { FaultRule, OrderAction, OrderPlan } from '../../src/simulator/index.ts';
import { limitOrder, marketOrder, type TestEngine } from '../support/engine.ts';
import { QUICK, SLOW } from '../support/policies.ts';
import { signalRaw } from '../support/raw-payload.ts';
import { eventually } from '../support/waiting.ts';

/** What a behaviour acts on. */
interface BehaviourContext {
  test: TestEngine;
  handle: WorkflowHandle;
  clientOrderId: string;
  /** Waits for the committed state. */
  until(fits: (state: OrderState) => boolean): Promise<OrderState>;
  /** Does something to the order at the exchange. */
  act(action: OrderAction): void;
}

export interface Behaviour {
  request: () => OrderRequest;
  /** Left out: the simulator fills a market order at once. */
  plan?: OrderPlan;
  faults?: readonly FaultRule[];
  /** A signal that comes before the first workflow task. */
  startedWith?: 'cancelOrder' | 'manualSync';
  /** What happens to it, once it is started. */
  meanwhile?(context: BehaviourContext): Promise<void>;
  /** The causes of its last events: that the behaviour is the one of its name. */
  ends: readonly EventCause[];
}

const monitored = ({ state }: OrderState) => state === 'monitoring';
const stale = ({ state }: OrderState) => state === 'stale';

/** Waits until it is monitored, and then does one thing after the other, each when the one before was seen. */
function whileMonitored(...actions: readonly OrderAction[]): (context: BehaviourContext) => Promise<void> {
  return async ({ until, act }) => {
    await until(monitored);
    for (const action of actions) {
      const { filledSize } = await until(() => true);
      act(action);
      if (action !== actions.at(-1)) await until((state) => state.filledSize !== filledSize);
    }
  };
}

export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'filled-at-once': {
    request: () => marketOrder(),
    ends: ['intent', 'post_attempt', 'accepted', 'observed'],
  },
  'filled-while-resting': {
    request: () => limitOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'fill' }),
    ends: ['accepted', 'observed', 'observed'],
  },
  'filled-within-the-immediate-check': {
    request: () => marketOrder(),
    plan: { steps: [{ do: 'fill', afterMs: 1_200 }] },
    ends: ['accepted', 'observed'],
  },
  'filled-while-monitored': {
    request: () => marketOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'fill' }),
    ends: ['accepted', 'observed', 'observed'],
  },
  'filled-in-parts-while-monitored': {
    request: () => limitOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'fill', part: '0.3' }, { do: 'fill', part: '0.3' }, { do: 'fill' }),
    ends: ['observed', 'observed', 'observed'],
  },
  'cancelled-at-the-exchange-after-a-partial-fill': {
    request: () => limitOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'fill', part: '0.4' }, { do: 'cancel', message: 'cancelled by the desk' }),
    ends: ['observed', 'observed'],
  },
  expired: {
    request: () => limitOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'expire' }),
    ends: ['accepted', 'observed', 'observed'],
  },
  'failed-at-the-exchange': {
    request: () => limitOrder({ policy: QUICK }),
    plan: {},
    meanwhile: whileMonitored({ do: 'fail' }),
    ends: ['accepted', 'observed', 'observed'],
  },
  refused: {
    request: () => marketOrder(),
    plan: { refuse: { code: 'INSUFFICIENT_FUND' } },
    ends: ['post_attempt', 'refused'],
  },
  'stale-after-the-window-and-filled': {
    request: () => marketOrder({ policy: { ...QUICK, monitorForMs: 1_000 } }),
    plan: {},
    async meanwhile({ until, act }) {
      await until(stale);
      act({ do: 'fill' });
    },
    ends: ['window_closed', 'observed'],
  },
  'resting-unconfirmed-and-confirmed-again': {
    request: () => limitOrder({ policy: { ...QUICK, monitorForMs: 1_000 } }),
    plan: {},
    async meanwhile({ test, until, act, clientOrderId }) {
      await until(monitored);
      const faults = (['getOrder', 'listOrders'] as const).map((endpoint) =>
        test.simulator.faults.add({ match: { endpoint, clientOrderId }, do: { kind: 'reset', when: 'before' } }),
      );
      await until(stale);
      for (const fault of faults) test.simulator.faults.remove(fault);
      await until(monitored);
      act({ do: 'fill' });
    },
    ends: ['unconfirmed', 'observed', 'observed'],
  },
  'not-found-for-a-while': {
    request: () => marketOrder({ policy: QUICK }),
    faults: [{ match: { endpoint: 'getOrder', times: 2 }, do: { kind: 'omit' } }],
    ends: ['accepted', 'unchecked', 'observed'],
  },
  'posted-again-after-a-lost-answer': {
    request: () => marketOrder(),
    faults: [{ match: { endpoint: 'createOrder', times: 1 }, do: { kind: 'reset', when: 'after' } }],
    ends: ['post_attempt', 'post_outcome', 'post_attempt', 'accepted', 'observed'],
  },
  'placement-unknown-and-adopted-late': {
    request: () => limitOrder({ policy: { ...QUICK, placeForMs: 1_000 } }),
    plan: {},
    faults: [
      { match: { endpoint: 'createOrder' }, do: { kind: 'reset', when: 'after' } },
      { match: { endpoint: 'listOrders', times: 2 }, do: { kind: 'omit' } },
    ],
    async meanwhile({ until, act }) {
      await until(monitored);
      act({ do: 'fill' });
    },
    ends: ['placement_unknown', 'observed', 'observed'],
  },
  'client-order-id-of-another-order': {
    request: () => marketOrder(),
    faults: [{ match: { endpoint: 'getOrder' }, do: { kind: 'patch', fields: { side: 'SELL' } } }],
    ends: ['accepted', 'intent_mismatch'],
  },
  'placed-by-a-slow-exchange': {
    request: () => marketOrder(),
    faults: [{ match: { endpoint: 'createOrder', times: 1 }, do: { kind: 'delay', when: 'before', ms: 1_500 } }],
    ends: ['intent', 'post_attempt', 'accepted', 'observed'],
  },
  'unreadable-fact-of-the-feed': {
    request: () => limitOrder({ policy: SLOW }),
    plan: {},
    async meanwhile({ until, handle, act }) {
      await until(monitored);
      await handle.signal('observed');
      act({ do: 'fill' });
      await handle.signal('manualSync');
    },
    ends: ['unreadable_signal', 'manual_sync'],
  },
  'cancelled-by-signal': {
    request: () => limitOrder({ policy: SLOW }),
    plan: { onCancel: { steps: [{ do: 'cancel' }] } },
    async meanwhile({ until, handle }) {
      await until(monitored);
      await handle.signal('cancelOrder', { requestedBy: 'mia', reason: 'wrong price' });
    },
    ends: ['cancel_requested', 'cancel_answered', 'observed'],
  },
  'cancelled-as-a-workflow': {
    request: () => limitOrder({ policy: SLOW }),
    plan: { onCancel: { steps: [{ do: 'cancel' }] } },
    async meanwhile({ until, handle }) {
      await until(monitored);
      await handle.cancel();
    },
    ends: ['cancel_requested', 'cancel_answered', 'observed'],
  },
  'cancelled-and-filled-at-the-same-time': {
    request: () => limitOrder({ policy: SLOW }),
    plan: { onCancel: { steps: [{ do: 'fill' }] } },
    async meanwhile({ until, handle }) {
      await until(monitored);
      await handle.signal('cancelOrder');
    },
    ends: ['cancel_requested', 'cancel_answered', 'observed'],
  },
  'withdrawn-before-the-first-attempt': {
    request: () => limitOrder(),
    startedWith: 'cancelOrder',
    ends: ['intent', 'withdrawn'],
  },
  'synced-by-an-operator': {
    request: () => marketOrder({ policy: SLOW }),
    plan: {},
    async meanwhile({ until, handle, act }) {
      await until(monitored);
      await handle.executeUpdate('syncNow', { args: [{ requestedBy: 'mia', reason: 'looks slow' }] });
      act({ do: 'fill' });
      await handle.signal('manualSync');
    },
    ends: ['manual_sync', 'manual_sync'],
  },
  'signalled-with-unreadable-bytes': {
    request: () => marketOrder({ policy: SLOW }),
    plan: {},
    async meanwhile({ test, until, handle, act }) {
      await until(monitored);
      act({ do: 'fill' });
      await signalRaw(test.client, handle.workflowId, 'manualSync', { encoding: 'json/plain', data: '{mia' });
    },
    ends: ['observed', 'manual_sync'],
  },
  'resolved-by-an-operator': {
    request: () => limitOrder({ policy: { ...SLOW, placeForMs: 1_000 } }),
    plan: {},
    async meanwhile({ until, handle, act }) {
      await until(monitored);
      act({ do: 'purge' });
      await sleep(1_000);
      const by = { status: 'cancelled', requestedBy: 'mia', reason: 'purged at the exchange' };
      await handle.executeUpdate('resolveOrder', { args: [by] });
    },
    ends: ['observed', 'resolved'],
  },
  'resolved-again-after-a-lost-answer': {
    request: () => limitOrder({ policy: { ...SLOW, placeForMs: 1_000 } }),
    plan: {},
    async meanwhile({ until, handle, act }) {
      await until(monitored);
      act({ do: 'purge' });
      await sleep(1_000);
      const by = { status: 'failed', requestedBy: 'mia', reason: 'purged at the exchange' };
      const resolve = () => handle.executeUpdate('resolveOrder', { args: [by] });
      await Promise.all([resolve(), resolve()]);
    },
    ends: ['observed', 'resolved'],
  },
  'resumed-after-a-termination': {
    request: () => marketOrder({ policy: QUICK }),
    plan: {},
    async meanwhile({ test, until, handle, act, clientOrderId }) {
      await until(monitored);
      await handle.terminate('test');
      const second = await test.start({ clientOrderId });
      await eventually(async () => (await second.describe()).historyLength > 4, {
        withinMs: 20_000,
        what: 'the second run',
      });
      act({ do: 'fill' });
    },
    ends: ['observed', 'observed'],
  },
};

/** Lives the behaviour to its end, and answers the history of its last run. Throws when it took another course. */
export async function historyOf(test: TestEngine, behaviour: Behaviour): ReturnType<WorkflowHandle['fetchHistory']> {
  const request = behaviour.request();
  const { clientOrderId } = request;
  if (behaviour.plan) test.simulator.exchange.setPlan({ clientOrderId }, behaviour.plan);
  for (const { match, do: fault } of behaviour.faults ?? []) {
    test.simulator.faults.add({ match: { ...match, clientOrderId }, do: fault });
  }
  const handle = await (behaviour.startedWith ? signalled(test, request, behaviour.startedWith) : test.start(request));
  await behaviour.meanwhile?.({
    test,
    handle,
    clientOrderId,
    until: (fits) => test.untilState(clientOrderId, fits, 60_000),
    act: (action) => void test.simulator.exchange.act(clientOrderId, action),
  });
  const latest = test.client.workflow.getHandle(workflowIdOf(clientOrderId));
  await test.outcome(latest, 60_000);
  const causes = await causesOf(test, clientOrderId);
  if (causes.slice(-behaviour.ends.length).join() !== behaviour.ends.join()) {
    throw new Error(`it shall end with ${behaviour.ends.join(', ')}, not ${causes.join(', ')}`);
  }
  return latest.fetchHistory();
}

function signalled({ client, taskQueue }: TestEngine, request: OrderRequest, signal: string): Promise<WorkflowHandle> {
  const workflowId = workflowIdOf(request.clientOrderId);
  return client.workflow.signalWithStart('orderWorkflow', { taskQueue, workflowId, args: [request], signal });
}

async function causesOf(test: TestEngine, clientOrderId: string): Promise<EventCause[]> {
  const causes = (await test.trades.events(clientOrderId)).map(({ cause }) => cause);
  // Fills are the feed's, and no part of a history.
  return causes.filter((cause) => cause !== 'fills' && cause !== 'fills_incomplete');
}
