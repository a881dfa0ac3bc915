/**
 * The life of an order. Pure: no Temporal, no I/O, no clock of its own; what takes time or talks to the world is an actor
 * that the workflow provides, and every change that must be written is emitted as `CHANGED`.
 *
 * Two regions: `life` is the contract's state; `cancellation` sends one cancel as soon as it is wanted and possible.
 */
import { assign, enqueueActions, raise, setup } from 'xstate';
import { changes, type StaleCause } from './changes.ts';
import {
  apply,
  asObserved,
  endOfCheck,
  expect,
  outputOf,
  seenByLook,
  seenByWatch,
  type MachineEvent,
} from './machine-events.ts';
import { guards } from './machine-guards.ts';
import { isImmediate } from './order-configuration.ts';
import type {
  CancelOutcome,
  ChangedEvent,
  FillsOutcome,
  OrderContext,
  OrderInput,
  PlacementOutcome,
  RecordedEvent,
  WatchInput,
} from './order-context.ts';
import { provided } from './order-actors.ts';
import type { OrderStateName } from './trade.ts';

const STATES = ['placed', 'immediate-check', 'monitoring', 'stale', 'completed', 'closed'] as const;

/** `now` is the time of whoever runs the machine, as an RFC 3339 UTC string. */
export function createOrderMachine(now: () => string) {
  const change = changes(now);

  return setup({
    types: {
      context: {} as OrderContext,
      events: {} as MachineEvent,
      emitted: {} as ChangedEvent | RecordedEvent,
      input: {} as OrderInput,
      tags: {} as 'finished',
    },
    actors: {
      place: provided(({ place }) => place),
      checkImmediately: provided(({ checkImmediately }) => checkImmediately),
      watch: provided(({ watch }) => watch),
      cancel: provided(({ cancel }) => cancel),
      collectFills: provided(({ collectFills }) => collectFills),
    },
    guards: guards(change),
    actions: {
      observe: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.observed(context, asObserved(event))),
      ),
      observeLate: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.observedLate(context, asObserved(event))),
      ),
      correct: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.corrected(context, asObserved(event))),
      ),
      endAs: enqueueActions(({ context, event, enqueue }, state: OrderStateName) =>
        apply(enqueue, context, change.ended(context, asObserved(event), state)),
      ),
      backToMonitoring: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.backToMonitoring(context, asObserved(event))),
      ),
      rejectAnother: enqueueActions(({ context, event, enqueue }, state: OrderStateName) =>
        apply(enqueue, context, change.mismatched(context, asObserved(event), state)),
      ),
      becomeStale: enqueueActions(({ context, enqueue }, why: StaleCause) =>
        apply(enqueue, context, change.stale(context, why)),
      ),
      takePlacement: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.placed(context, outputOf<PlacementOutcome>(event))),
      ),
      endCheck: enqueueActions(({ event, enqueue }) => {
        for (const told of endOfCheck(event)) enqueue.raise(told);
      }),
      takeCancelAnswer: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.cancelAnswered(context, outputOf<CancelOutcome>(event))),
      ),
      askForFills: assign(({ context }) => ({ changesBeforeFills: context.changeCount })),
      takeFills: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.fillsTaken(context, outputOf<FillsOutcome>(event))),
      ),
      takeRow: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.settled(expect(event, 'SETTLED').trade)),
      ),
      resolve: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.resolved(context, expect(event, 'RESOLVE'))),
      ),
      lookLast: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.lookedLast(context, asObserved(event))),
      ),
      startMonitoring: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.checked(context, expect(event, 'CHECKED'))),
      ),
      wantCancel: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.cancelWanted(context, expect(event, 'CANCEL'))),
      ),
      noteEvent: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.noted(expect(event, 'NOTED'))),
      ),
      noteStranger: enqueueActions(({ context, event, enqueue }) =>
        apply(enqueue, context, change.stranger(context, asObserved(event))),
      ),
      noteResumption: enqueueActions(({ context, enqueue }) => apply(enqueue, context, change.resumed(context))),
    },
    delays: {
      /** A resting order is not measured by the window but by its last confirmation, which the watch keeps. */
      monitoringWindow: ({ context: { edition, trade } }) =>
        edition === 1 || isImmediate(trade.orderConfiguration) ? trade.policy.monitorForMs : Infinity,
    },
  }).createMachine({
    id: 'order',
    type: 'parallel',
    context: ({ input }) => change.initial(input),
    entry: 'noteResumption',
    on: { NOTED: { actions: 'noteEvent' } },
    states: {
      life: {
        initial: 'opening',
        on: { SETTLED: { guard: 'hasEndedElsewhere', target: '.opening', actions: 'takeRow' } },
        states: {
          /** A run begins where the row is: a new order is placed, a second life goes on. */
          opening: {
            always: STATES.map((state) => ({ guard: { type: 'isAt', params: state }, target: state }) as const),
          },
          placed: {
            invoke: {
              id: 'place',
              src: 'place',
              input: ({ context }) => ({ clientOrderId: context.trade.clientOrderId }),
              onDone: [
                {
                  guard: 'isAcceptedAndChecked',
                  target: 'immediate-check.looked',
                  actions: ['takePlacement', 'endCheck'],
                },
                {
                  guard: 'isAccepted',
                  target: 'immediate-check',
                  actions: 'takePlacement',
                },
                {
                  guard: 'isUnknown',
                  target: 'stale',
                  actions: { type: 'becomeStale', params: 'placement_unknown' },
                },
                {
                  target: 'opening',
                  actions: 'takePlacement',
                },
              ],
            },
            on: {
              OBSERVED: [...endings('placed'), { target: 'immediate-check', actions: 'observe' }],
            },
          },
          'immediate-check': {
            initial: 'looking',
            on: {
              OBSERVED: [...endings('immediate-check'), { actions: 'observe' }],
              CHECKED: { target: 'monitoring', actions: 'startMonitoring' },
              RESOLVE: { target: 'closed', actions: 'resolve' },
            },
            states: {
              looking: {
                invoke: {
                  id: 'checkImmediately',
                  src: 'checkImmediately',
                  input: ({ context }) => ({
                    orderId: knownId(context),
                    attempts: context.trade.policy.immediateCheckAttempts,
                    intervalMs: context.trade.policy.immediateCheckIntervalMs,
                    ...(context.looks > 0 && { looks: context.looks }),
                  }),
                  onDone: { target: 'looked', actions: 'endCheck' },
                },
              },
              looked: { on: { OBSERVED: { guard: 'isLastLook', actions: 'lookLast' } } },
            },
          },
          monitoring: {
            initial: 'watching',
            after: {
              monitoringWindow: {
                guard: 'isImmediate',
                target: 'stale',
                actions: { type: 'becomeStale', params: 'window_closed' },
              },
            },
            on: {
              OBSERVED: [
                ...endings('monitoring'),
                { guard: 'isNews', target: '.watching', actions: 'observe' },
                { actions: 'observe' },
              ],
              RESOLVE: { target: 'closed', actions: 'resolve' },
            },
            states: {
              watching: {
                invoke: {
                  id: 'watch',
                  src: 'watch',
                  input: ({ context }) => ({
                    ...watched(context),
                    pace: 'steady' as const,
                    reportOpen: false,
                    unconfirmedAfterMs: isImmediate(context.trade.orderConfiguration)
                      ? null
                      : context.trade.policy.monitorForMs,
                  }),
                  onDone: [
                    {
                      guard: 'isUnconfirmed',
                      target: '#order.life.stale',
                      actions: { type: 'becomeStale', params: 'unconfirmed' },
                    },
                    { target: 'watching', reenter: true, actions: raise(({ event }) => seenByWatch(event.output)) },
                  ],
                },
              },
            },
          },
          stale: {
            initial: 'watching',
            on: {
              OBSERVED: [
                ...endings('stale'),
                { guard: 'isRestingForSure', target: 'monitoring', actions: 'backToMonitoring' },
                { guard: 'isNews', target: '.watching', actions: 'observe' },
                { actions: 'observe' },
              ],
              RESOLVE: { target: 'closed', actions: 'resolve' },
            },
            states: {
              watching: {
                invoke: {
                  id: 'watch',
                  src: 'watch',
                  input: ({ context }) => ({
                    ...watched(context),
                    pace: 'growing' as const,
                    reportOpen: !isImmediate(context.trade.orderConfiguration),
                    unconfirmedAfterMs: null,
                  }),
                  onDone: {
                    target: 'watching',
                    reenter: true,
                    actions: raise(({ event }) => seenByWatch(event.output)),
                  },
                },
              },
            },
          },
          completed: endedState([]),
          closed: endedState(DISPROVALS),
        },
      },
      /** One cancel is enough; another is sent only when somebody asks again after a refusal. */
      cancellation: {
        initial: 'idle',
        states: {
          idle: {
            always: { guard: 'canCancel', target: 'asking' },
            on: { CANCEL: { actions: 'wantCancel' } },
          },
          asking: {
            on: { CANCEL: { actions: 'wantCancel' } },
            invoke: {
              id: 'cancel',
              src: 'cancel',
              input: ({ context }) => ({ orderId: knownId(context) }),
              onDone: [
                {
                  guard: 'hasSeenOrder',
                  target: 'idle',
                  actions: ['takeCancelAnswer', raise(({ event }) => seenByLook(event.output.order, event.output.at))],
                },
                {
                  target: 'idle',
                  actions: 'takeCancelAnswer',
                },
              ],
            },
          },
        },
      },
    },
  });
}

export type OrderMachine = ReturnType<typeof createOrderMachine>;

/** The contract's state of a running machine. */
export function lifeOf(snapshot: { value: unknown }): OrderStateName {
  const life = (snapshot.value as { life: OrderStateName | Partial<Record<OrderStateName, unknown>> }).life;
  return typeof life === 'string' ? life : (Object.keys(life)[0] as OrderStateName);
}

/** An observation of an order that is not this one, under its client order id, decides nothing. */
const STRANGERS = { guard: 'isStranger', actions: 'noteStranger' } as const;

/** The ways in which an observation ends an order that had not ended; the first that fits is taken. */
function endings<const State extends OrderStateName>(state: State) {
  return [
    STRANGERS,
    {
      guard: 'isAnotherOrder',
      target: '#order.life.closed',
      actions: { type: 'rejectAnother', params: state },
    },
    { guard: 'isFilled', target: '#order.life.completed', actions: { type: 'endAs', params: state } },
    { guard: 'isOver', target: '#order.life.closed', actions: { type: 'endAs', params: state } },
  ] as const;
}

/** The ways in which the exchange shows that an operator's word was wrong. */
const DISPROVALS = [
  { guard: 'isDisprovedFilled', target: '#order.life.completed', actions: 'correct' },
  { guard: 'isDisprovedOver', target: '#order.life.closed', actions: 'correct' },
  { guard: 'isDisprovedOpen', target: '#order.life.monitoring', actions: 'correct' },
] as const;

/** An ended order collects its fills, and stays ended whatever is observed, unless it is disproved. */
function endedState<const Disprovals extends readonly object[]>(disprovals: Disprovals) {
  return {
    initial: 'ended',
    on: {
      OBSERVED: [
        STRANGERS,
        ...disprovals,
        { guard: 'hasOtherFills', target: '.ended', actions: 'observeLate' },
        { actions: 'observeLate' },
      ],
    },
    states: {
      /** A state of its own, because what a state invokes is made ready before its `always` is asked. */
      ended: {
        always: [{ guard: 'needsNoFills', target: 'finished' }, { target: 'collecting' }],
      },
      collecting: {
        entry: 'askForFills',
        invoke: {
          id: 'collectFills',
          src: 'collectFills',
          input: ({ context }: { context: OrderContext }) => ({
            orderId: knownId(context),
            filledSize: context.trade.filledSize,
          }),
          onDone: { target: 'finished', actions: 'takeFills' },
        },
      },
      finished: { tags: 'finished' },
    },
  } as const;
}

function watched(context: OrderContext): Pick<WatchInput, 'clientOrderId' | 'orderId' | 'known' | 'intervalMs'> {
  const { trade, exchangeStatus } = context;
  return {
    clientOrderId: trade.clientOrderId,
    orderId: trade.orderId,
    known: { status: exchangeStatus, filledSize: trade.filledSize },
    intervalMs: trade.policy.monitorIntervalMs,
  };
}

function knownId(context: OrderContext): string {
  const { clientOrderId, orderId } = context.trade;
  if (orderId === null) throw new Error(`order ${clientOrderId}: the exchange's id is needed here and not known`);
  return orderId;
}
