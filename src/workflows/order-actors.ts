/** The machine's actors: each is one activity, cancelled when its state is left. */
import { CancellationScope } from '@temporalio/workflow';
import { fromPromise } from 'xstate';
import type { OrderMachine } from '../order/machine.ts';
import type { WatchInput, WatchOutcome } from '../order/order-context.ts';
import { placing, settling, watching } from './activity-calls.ts';

export interface Surroundings {
  /** The scope of the order's life. */
  parent: CancellationScope;
  /** Resolves when everything before is committed: an order's status comes before its fills. */
  recorded: () => Promise<void>;
  /** How the order is watched where the feed does it; null: by an activity of its own. */
  watch: ((input: WatchInput) => Promise<WatchOutcome>) | null;
}

export function withActivities(machine: OrderMachine, { parent, recorded, watch }: Surroundings): OrderMachine {
  /** Leaving a state aborts the signal and nothing else (XState), so the activity gets a scope that follows it. */
  function actor<Input, Output>(run: (input: Input) => Promise<Output>) {
    return fromPromise<Output, Input>(({ input, signal }) => {
      const scope = new CancellationScope({ cancellable: true, parent });
      signal.addEventListener('abort', () => scope.cancel());
      return scope.run(() => run(input));
    });
  }

  return machine.provide({
    actors: {
      place: actor(placing.placeOrder),
      checkImmediately: actor(watching.checkImmediately),
      watch: actor(watch ?? watching.watchOrder),
      cancel: actor(settling.cancelAtExchange),
      collectFills: actor(async (input) => {
        await recorded();
        return settling.collectFills(input);
      }),
    },
  });
}
