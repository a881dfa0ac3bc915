/** `orderWorkflow`: one for each order, from the intent to the last fill. */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  log,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { describeFieldErrors, type FieldError } from '../../domain/field-error.ts';
import {
  checkOrderRequest,
  conflictsWith,
  workflowIdOf,
  type CheckedRequest,
} from '../../domain/order/order-request.ts';
import type { OrderOutcome } from '../../domain/order/trade.ts';
import { database } from './activity-calls.ts';
import { requestCancel, syncByHand } from './by-hand.ts';
import {
  cancelOrder,
  manualSync,
  observed,
  orderState,
  place,
  resolveOrderSignal,
  resolveOrderUpdate,
  syncNow,
  unconfirmed,
} from './messages.ts';
import { OrderRun } from './order-run.ts';
import { resolveByHand } from './resolve.ts';

type SoundRequest = Exclude<CheckedRequest, { kind: 'malformed' }>;

/**
 * Places the order of the request, or goes on with it where its row is. Fails with `InvalidOrderRequest` (nothing is
 * placed and no row stays) or `ClientOrderIdConflict` (nothing is changed).
 */
export async function orderWorkflow(request: unknown): Promise<OrderOutcome> {
  const root = CancellationScope.current();
  const life = new CancellationScope({ cancellable: false });
  const run = new OrderRun(life);
  answerMessages(run, life);
  // A cancellation of the workflow, from the UI say, means that the order shall be cancelled.
  root.cancelRequested.catch(() => life.run(() => whenStarted(run, () => requestCancel(run, undefined))));
  return life.run(() => live(run, request));
}

async function live(run: OrderRun, request: unknown): Promise<OrderOutcome> {
  const checked = requireSound(checkOrderRequest(request));
  const { trade, inserted, watchedBy, edition = 1 } = await openTrade(checked);
  run.start(trade, { resumed: !inserted, byFeed: watchedBy === 'feed', edition });

  await run.until(() => (run.finished || mustContinueAsNew(run)) && allHandlersFinished());
  if (run.finished) return run.state;
  run.stop();
  return continueAsNew<typeof orderWorkflow>({ clientOrderId: trade.clientOrderId });
}

async function openTrade(checked: SoundRequest): ReturnType<typeof database.openTrade> {
  try {
    return await database.openTrade({
      given: checked.given,
      intent: checked.kind === 'complete' ? checked.intent : null,
      requestedAt: workflowInfo().startTime.toISOString(),
    });
  } catch (error) {
    // What the activity refuses is the run's own failure: wrapped in the activity's, its type would be hidden.
    throw error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : error;
  }
}

function answerMessages(run: OrderRun, life: CancellationScope): void {
  setHandler(orderState, () => run.state, { description: 'The last committed state of the order' });
  setHandler(syncNow, (argument) => life.run(() => whenStarted(run, () => syncByHand(run, argument))), {
    description: 'Asks the exchange now, records what it says and reports; optional {"requestedBy","reason"}',
  });
  setHandler(
    manualSync,
    async (argument) => {
      await life.run(() => whenStarted(run, () => syncByHand(run, argument)));
    },
    { description: 'As syncNow, without an answer; needs no argument' },
  );
  setHandler(
    observed,
    (observation) => life.run(() => whenStarted(run, async () => run.send({ type: 'OBSERVED', ...observation }))),
    { description: 'What another part of the engine saw of the order at the exchange' },
  );
  setHandler(unconfirmed, (report) => life.run(() => whenStarted(run, async () => run.lose(report))), {
    description: 'What the feed says of a resting order that no answer has shown for its whole window',
  });
  setHandler(cancelOrder, (argument) => life.run(() => whenStarted(run, () => requestCancel(run, argument))), {
    description: 'Wants the order cancelled at the exchange; needs no argument',
  });
  setHandler(resolveOrderUpdate, (argument) => life.run(() => whenStarted(run, () => resolveByHand(run, argument))), {
    description: 'The last word on an order that cannot be verified: {"status","requestedBy","reason"}',
  });
  setHandler(
    resolveOrderSignal,
    async (argument) => {
      // The refusal is recorded; a signal has nobody to tell it to.
      await life.run(() => whenStarted(run, () => resolveByHand(run, argument))).catch(ignoreFailure);
    },
    { description: 'As the update, without an answer' },
  );
  setHandler(
    place,
    async (request) => {
      await condition(() => run.started);
      const conflicts = conflictsWith(requireSound(checkOrderRequest(request)).given, run.row);
      if (conflicts.length > 0) throw conflict(conflicts);
      return run.state;
    },
    { description: 'Answers once the intent is committed' },
  );
}

/** What was refused is told by an ApplicationFailure; anything else is a defect of ours and must fail the workflow task. */
function ignoreFailure(error: unknown): void {
  if (!(error instanceof ApplicationFailure)) throw error;
}

async function whenStarted<Result>(run: OrderRun, act: () => Promise<Result>): Promise<Result> {
  await condition(() => run.started);
  return act();
}

/** A watched order with a long history goes on in a new run, which reads everything it needs from the row. */
function mustContinueAsNew(run: OrderRun): boolean {
  return workflowInfo().continueAsNewSuggested && run.resumable;
}

function requireSound(checked: CheckedRequest): SoundRequest {
  if (checked.kind === 'malformed') throw invalid(checked.errors);
  const { workflowId } = workflowInfo();
  const expected = workflowIdOf(checked.given.clientOrderId);
  if (workflowId !== expected) {
    throw invalid([{ field: 'workflow id', message: `must be ${expected} for this clientOrderId, not ${workflowId}` }]);
  }
  return checked;
}

function invalid(errors: readonly FieldError[]): ApplicationFailure {
  log.warn('the order request is refused', { errors });
  return ApplicationFailure.nonRetryable(describeFieldErrors(errors), 'InvalidOrderRequest', errors);
}

function conflict(errors: readonly FieldError[]): ApplicationFailure {
  return ApplicationFailure.nonRetryable(describeFieldErrors(errors), 'ClientOrderIdConflict', errors);
}
