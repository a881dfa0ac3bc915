/**
 * What happens next to an order. The machine follows the row: it is sent the row as committed, and places, checks, watches
 * or cancels accordingly. What becomes of the row is `decide`'s to say, never the machine's. Pure: no Temporal, no I/O.
 *
 * Two regions: `life` is the contract's state; `cancellation` sends a cancel as soon as it is wanted and possible.
 */
import { assign, raise, setup } from 'xstate';
import { isImmediate } from './order-configuration.ts';
import { provided } from './order-actors.ts';
import { isEnded, isOlder, ORDER_STATES, stateOf, type OrderStateName, type Trade } from './trade.ts';

/** The row as it was committed, whoever committed it. */
export interface RowEvent {
  type: 'ROW';
  row: Trade;
}

export interface OrderContext {
  row: Trade;
}

/** `nowMs` is the clock of whoever runs the machine, Unix milliseconds. */
export function createOrderMachine(nowMs: () => number) {
  return setup({
    types: {
      context: {} as OrderContext,
      events: {} as RowEvent,
      input: {} as { row: Trade },
    },
    actors: {
      place: provided('place'),
      check: provided('check'),
      cancel: provided('cancel'),
      closeWindow: provided('closeWindow'),
    },
    guards: {
      isAt: ({ context }, state: OrderStateName) => stateOf(context.row) === state,
      isOlder: ({ context, event }) => isOlder(event.row, context.row),
      movesTo: ({ event }, state: OrderStateName) => stateOf(event.row) === state,
      isCancelWanted: ({ context: { row } }) =>
        row.cancelRequestedAt !== null && row.orderId !== null && !isEnded(row.status),
    },
    actions: {
      follow: assign(({ event }) => ({ row: event.row })),
    },
    delays: {
      /** An order that continues in another run has what is left of its window. A resting order has none. */
      monitoringWindow: ({ context: { row } }) => {
        if (!isImmediate(row.orderConfiguration)) return Infinity;
        const startedMs = row.monitoredSince === null ? nowMs() : Date.parse(row.monitoredSince);
        return Math.max(0, startedMs + row.policy.monitorForMs - nowMs());
      },
    },
  }).createMachine({
    id: 'order',
    type: 'parallel',
    context: ({ input }) => ({ row: input.row }),
    states: {
      life: {
        initial: 'opening',
        on: {
          ROW: [
            { guard: 'isOlder' },
            ...ORDER_STATES.map(
              (state) =>
                ({ guard: { type: 'movesTo', params: state }, target: `.${state}`, actions: 'follow' }) as const,
            ),
          ],
        },
        states: {
          /** A run begins where the row is: a new order is placed, a second run continues. */
          opening: {
            always: ORDER_STATES.map((state) => ({ guard: { type: 'isAt', params: state }, target: state }) as const),
          },
          placed: {
            on: { ROW: staying('placed') },
            invoke: {
              id: 'place',
              src: 'place',
              input: ({ context }) => context.row,
              onDone: { actions: raise(({ event }) => committed(event.output)) },
            },
          },
          'immediate-check': {
            on: { ROW: staying('immediate-check') },
            invoke: {
              id: 'check',
              src: 'check',
              input: ({ context }) => context.row,
              onDone: { actions: raise(({ event }) => committed(event.output)) },
            },
          },
          monitoring: {
            initial: 'watching',
            on: { ROW: staying('monitoring') },
            states: {
              watching: { after: { monitoringWindow: 'closing' } },
              closing: {
                invoke: {
                  id: 'closeWindow',
                  src: 'closeWindow',
                  input: ({ context }) => context.row,
                  onDone: { actions: raise(({ event }) => committed(event.output)) },
                },
              },
            },
          },
          stale: { on: { ROW: staying('stale') } },
          completed: {},
          closed: {},
        },
      },
      cancellation: {
        initial: 'idle',
        states: {
          idle: { always: { guard: 'isCancelWanted', target: 'asking' } },
          asking: {
            invoke: {
              id: 'cancel',
              src: 'cancel',
              input: ({ context }) => context.row,
              // The row is taken over before `idle` asks whether a cancel is wanted: it would be sent twice.
              onDone: {
                target: 'idle',
                actions: [
                  assign(({ context, event }) => ({
                    row: isOlder(event.output, context.row) ? context.row : event.output,
                  })),
                  raise(({ event }) => committed(event.output)),
                ],
              },
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

/** The row has changed within the state: what the state does continues. */
function staying<const State extends OrderStateName>(state: State) {
  return [{ guard: 'isOlder' }, { guard: { type: 'movesTo', params: state }, actions: 'follow' }] as const;
}

function committed(row: Trade): RowEvent {
  return { type: 'ROW', row };
}
