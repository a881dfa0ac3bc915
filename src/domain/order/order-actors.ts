/** What the machine invokes, by whoever runs an order. Not a part of the machine, so that all orders can share one. */
import { fromPromise, type AnyActorRef } from 'xstate';
import type { Trade } from './trade.ts';

/** Answers the row as it is then. `left` is aborted when the state that invoked it is left. */
type OrderActor = (row: Trade, left: AbortSignal) => Promise<Trade>;

export interface OrderActors {
  /** Places the order: attempts, until the outcome is known or the window closes. */
  place: OrderActor;
  /** Looks at the order until it has ended or the looks of the immediate check are over. */
  check: OrderActor;
  /** Cancels the order at the exchange. */
  cancel: OrderActor;
  /** Records that the monitoring window has closed. */
  closeWindow: OrderActor;
}

const actorsOf = new WeakMap<AnyActorRef['system'], OrderActors>();

/** To be called before the actor is started. */
export function provideActors(machine: AnyActorRef, actors: OrderActors): void {
  actorsOf.set(machine.system, actors);
}

/** One of the actors that were provided to the running machine. */
export function provided(name: keyof OrderActors) {
  return fromPromise<Trade, Trade>(async ({ input, signal, system }) => {
    const actors = actorsOf.get(system);
    if (actors === undefined) throw new Error(`the actor ${name} must be provided by whoever runs the machine`);
    return actors[name](input, signal);
  });
}
