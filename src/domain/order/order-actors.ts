/** What the machine invokes, by whoever runs an order. Not a part of the machine, so that all orders can share one. */
import { fromPromise, type AnyActorRef } from 'xstate';
import type {
  CancelInput,
  CancelOutcome,
  CheckInput,
  CheckOutcome,
  FillsInput,
  FillsOutcome,
  PlaceInput,
  PlacementOutcome,
  WatchInput,
  WatchOutcome,
} from './order-context.ts';

/** `left` is aborted when the state that invoked it is left. */
type OrderActor<Input, Outcome> = (input: Input, left: AbortSignal) => Promise<Outcome>;

export interface OrderActors {
  place: OrderActor<PlaceInput, PlacementOutcome>;
  checkImmediately: OrderActor<CheckInput, CheckOutcome>;
  watch: OrderActor<WatchInput, WatchOutcome>;
  cancel: OrderActor<CancelInput, CancelOutcome>;
  collectFills: OrderActor<FillsInput, FillsOutcome>;
}

const actorsOf = new WeakMap<AnyActorRef['system'], OrderActors>();

/** To be called before the actor is started. */
export function provideActors(machine: AnyActorRef, actors: OrderActors): void {
  actorsOf.set(machine.system, actors);
}

/** One of the actors that were provided to the running machine. */
export function provided<Input, Outcome>(choose: (actors: OrderActors) => OrderActor<Input, Outcome>) {
  return fromPromise<Outcome, Input>(({ input, signal, system }) => {
    const actors = actorsOf.get(system);
    return actors === undefined ? notProvided() : choose(actors)(input, signal);
  });
}

async function notProvided(): Promise<never> {
  throw new Error('this actor must be provided by whoever runs the machine');
}
