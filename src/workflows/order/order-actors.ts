/** The machine's actors: each is one activity, cancelled when its state is left. */
import { CancellationScope } from '@temporalio/workflow';
import type { OrderActors } from '../../domain/order/order-actors.ts';
import type { FillsInput, FillsOutcome, WatchInput, WatchOutcome } from '../../domain/order/order-context.ts';
import { placing, settling, watching } from './activity-calls.ts';

export interface Surroundings {
  /** The scope of the order's life. */
  parent: CancellationScope;
  /** Resolves when everything before is committed: an order's status comes before its fills. */
  recorded: () => Promise<void>;
  /** How the order is watched where the feed does it; null: by an activity of its own. */
  watch: ((input: WatchInput) => Promise<WatchOutcome>) | null;
  /** The fills, where they are to be had at once and nobody waits for anything else; null: they are asked for until they add up. */
  takeFills: (input: FillsInput) => Promise<FillsOutcome | null>;
}

export function activityActors({ parent, recorded, watch, takeFills }: Surroundings): OrderActors {
  /** Leaving a state aborts the signal and nothing else (XState), so the activity gets a scope that follows it. */
  function actor<Input, Outcome>(run: (input: Input) => Promise<Outcome>) {
    return (input: Input, left: AbortSignal): Promise<Outcome> => {
      const scope = new CancellationScope({ cancellable: true, parent });
      left.addEventListener('abort', () => scope.cancel());
      return scope.run(() => run(input));
    };
  }

  return {
    place: actor(placing.placeOrder),
    checkImmediately: actor(watching.checkImmediately),
    watch: actor(watch ?? watching.watchOrder),
    cancel: actor(settling.cancelAtExchange),
    collectFills: actor(async (input) => {
      await recorded();
      return (await takeFills(input)) ?? settling.collectFills(input);
    }),
  };
}
