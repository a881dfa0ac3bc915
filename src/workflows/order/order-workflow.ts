/** `orderWorkflow`: one for each order, from the intent to its end. */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  makeContinueAsNewFunc,
  workflowInfo,
} from '@temporalio/workflow';
import type { Opening } from '../../activities/order/open-order.ts';
import type { Posted } from '../../activities/order/post-order.ts';
import { checkOrderRequest } from '../../domain/order/order-request.ts';
import type { OrderOutcome } from '../../domain/order/order-state.ts';
import { database } from './activity-calls.ts';
import { handleMessages } from './handlers.ts';
import { OrderRun } from './order-run.ts';
import { requireSound, type SoundRequest } from './request.ts';

/**
 * Places the order of the request, or continues with it where its row is. Fails with `InvalidOrderRequest` or
 * `PlacementHalted` (nothing is placed and no row stays), or with `ClientOrderIdConflict` (nothing is changed). Whoever
 * starts it gives the request alone: `startedBy` comes from `sender-interceptor.ts`.
 */
export async function orderWorkflow(request: unknown, startedBy: string | null = null): Promise<OrderOutcome> {
  const scope = new CancellationScope({ cancellable: false });
  const run = new OrderRun(scope);
  handleMessages(run, scope);
  return scope.run(async () => {
    const sound = requireSound(checkOrderRequest(request));
    // Messages that came with the start are handled first.
    await Promise.resolve();
    run.start(await openOrder(sound, { mayPost: !run.isCancelledEarly, sentBy: startedBy }));
    await run.until(() => (run.hasEnded || mustContinueAsNew(run)) && allHandlersFinished());
    run.stop();
    if (run.hasEnded) return run.state;
    return continueAsNew({ clientOrderId: sound.given.clientOrderId });
  });
}

/** The new run is one of the workers' current version, where they have versions. */
const continueAsNew = makeContinueAsNewFunc<typeof orderWorkflow>({ initialVersioningBehavior: 'AUTO_UPGRADE' });

/** Reads the row, or commits the intent and places the order. */
async function openOrder(checked: SoundRequest, more: Pick<Opening, 'mayPost' | 'sentBy'>): Promise<Posted> {
  try {
    return await database.openOrder({
      given: checked.given,
      intent: checked.kind === 'complete' ? checked.intent : null,
      requestedAt: workflowInfo().startTime.toISOString(),
      ...more,
    });
  } catch (error) {
    // What the activity refuses is the run's own failure: wrapped in the activity's, its type would be hidden.
    throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

/**
 * A monitored order with a long history, or whose workers are not the current version any more, continues in a new run,
 * which reads everything it needs from the row.
 */
function mustContinueAsNew(run: OrderRun): boolean {
  const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged } = workflowInfo();
  return (continueAsNewSuggested || targetWorkerDeploymentVersionChanged) && run.isResumable;
}
