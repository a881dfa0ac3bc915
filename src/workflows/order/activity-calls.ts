/** The activities as the workflow calls them, with the reason of each bound. */
import {
  ActivityCancellationType,
  ActivityFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/order/index.ts';
import type { LookInput, LookOutcome } from '../../activities/order/look.ts';
import type { FillsInput, FillsOutcome } from '../../domain/order/order-context.ts';

/** Notices a dead worker; the activities heartbeat every second, and the SDK passes on every 8 s. */
const heartbeatTimeout = '10 seconds';

type DatabaseSteps = Pick<Activities, 'openTrade' | 'commitChange' | 'withdrawTrade' | 'findResolution'>;

/**
 * Database steps: local, because each is one short transaction and idempotent, and a local activity saves the round
 * trips and history events of a regular one. They are retried for ever: what is known of an order is not dropped. A
 * wait beyond 2 s becomes a timer of the server's, so that signals are not held up while the database is away.
 */
const local = proxyLocalActivities<DatabaseSteps>({
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '2 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

export const database: DatabaseSteps = {
  openTrade: (opening) => afterAllElse(local.openTrade(opening)),
  commitChange: (change) => afterAllElse(local.commitChange(change)),
  withdrawTrade: (withdrawal) => afterAllElse(local.withdrawTrade(withdrawal)),
  findResolution: (order) => afterAllElse(local.findResolution(order)),
};

/**
 * A local activity that outlasts its workflow task goes on in the next one. What that one brings (an update, a signal,
 * an activity's answer) is handled live before the local activity answers, but a replay hands over both at once, and
 * which of them gives the first command would be a race of promises: a history that does not replay (1.24.0). Conditions
 * are looked at when all promises have run, so this lets everything else go first in both.
 */
async function afterAllElse<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let isHere = false;
  const note = (): void => {
    isHere = true;
  };
  answer.then(note, note);
  await condition(() => isHere);
  return answer;
}

const once = proxyLocalActivities<Pick<Activities, 'takeFills'>>({
  // With the wait for company it takes two seconds at most; a workflow task may take ten.
  startToCloseTimeout: '4 seconds',
  retry: { maximumAttempts: 1 },
});

/**
 * The fills of an order whose bot is released already; null where they cannot be had at once. Local, because a regular
 * activity is a workflow task and six events more. Signals wait for it meanwhile, which those to an ended order may.
 */
export async function fillsAtOnce(input: FillsInput): Promise<FillsOutcome | null> {
  try {
    return await afterAllElse(once.takeFills(input));
  } catch (error) {
    if (error instanceof ActivityFailure) return null;
    throw error;
  }
}

/**
 * The POST: a regular activity, never a local one, so that its start is durable. One run is one attempt; unknown
 * outcomes come back as retryable failures until the database's clock closes the placement window. Five minutes allow
 * for a long queue at the request budget.
 */
export const placing = proxyActivities<Pick<Activities, 'placeOrder'>>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '5 seconds' },
});

/** Long watches: bounded by a day only because Temporal wants a bound; a retry goes on where the last attempt was. */
export const watching = proxyActivities<Pick<Activities, 'checkImmediately' | 'watchOrder'>>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout,
  // The state is left at once; nobody waits for the watch to notice.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

const asking = proxyActivities<Pick<Activities, 'lookAtOrder'>>({
  // Somebody waits for the answer: a long queue at the request budget is told rather than waited for.
  scheduleToCloseTimeout: '30 seconds',
  // One request takes at most 10 s; the other half is for a second try when a worker died.
  startToCloseTimeout: '15 seconds',
  retry: { initialInterval: '1 second' },
});

/** One look that somebody waits for. Never throws: in a signal's handler that would end the workflow, and the order with it. */
export async function lookNow(input: LookInput): Promise<LookOutcome> {
  try {
    return await asking.lookAtOrder(input);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { kind: 'no-answer', error: 'the exchange could not be asked within 30 s', at: new Date().toISOString() };
  }
}

export const settling = proxyActivities<Pick<Activities, 'cancelAtExchange' | 'collectFills'>>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
});
