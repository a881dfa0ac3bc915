/** The activities as the workflow calls them, with the reason of each bound, and with the summary that Temporal shows. */
import {
  ActivityCancellationType,
  ActivityFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../../activities/order/index.ts';
import type { SyncLook } from '../../domain/order/sync-report.ts';
import type { OrderIds } from '../../ports/order-lookup.ts';

/** Notices a dead worker; the activities heartbeat every second, and the SDK passes on every 5 s. */
const heartbeatTimeout = '10 seconds';

type DatabaseCalls = Pick<Activities, 'openOrder' | 'applyFact' | 'readOrder' | 'findResolution'>;

/**
 * Local, because each is short and idempotent, and a local activity saves the round trips and history events of a regular
 * one. They are retried for ever: what is known of an order is not dropped. A wait beyond 2 s becomes a timer of the
 * server's, so that signals are not held up while the database is unreachable.
 */
function local(summary: string) {
  return proxyLocalActivities<DatabaseCalls>({
    summary,
    startToCloseTimeout: '10 seconds',
    localRetryThreshold: '2 seconds',
    retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '5 seconds' },
  });
}

export const database: DatabaseCalls = {
  openOrder: (opening) => afterAllElse(local('Reads the row; places the order where it is new').openOrder(opening)),
  applyFact: (input) => afterAllElse(local(`Records the fact "${input.fact.type}"`).applyFact(input)),
  readOrder: (order) => afterAllElse(local('Reads the row').readOrder(order)),
  findResolution: (order) => afterAllElse(local('Looks for an earlier resolution').findResolution(order)),
};

/**
 * A local activity that outlasts its workflow task continues in the next one. What that one brings (an update, a
 * signal, an activity's answer) is handled live before the local activity answers, but a replay hands over both at
 * once, and which of them gives the first command would be a race of promises: a history that does not replay (1.24.0).
 * Conditions are looked at when all promises have run, so this lets everything else go first in both.
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

/**
 * The POST where it has to wait, for the budget or for a slow exchange. One run is one attempt; unknown outcomes come back
 * as retryable failures until the database's clock closes the placement window. Five minutes allow for a long queue at
 * the request budget.
 */
export const placing = proxyActivities<Pick<Activities, 'placeOrder'>>({
  summary: 'Posts the order, the identical request again while the outcome is unknown',
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '4 seconds' },
});

/** A hundred looks of 7 s each, at most; a retry continues where the last attempt was. */
export const checking = proxyActivities<Pick<Activities, 'checkOrder'>>({
  summary: 'Immediate check: asks the exchange again and again for a short time',
  startToCloseTimeout: '1 hour',
  heartbeatTimeout,
  // The state is left at once; nobody waits for the check to notice.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

/** Urgent for whoever wants it: after an absence of the exchange it is sent within seconds. */
export const cancelling = proxyActivities<Pick<Activities, 'cancelOrder'>>({
  summary: 'Cancels the order at the exchange',
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '2 seconds' },
});

const looking = proxyActivities<Pick<Activities, 'lookAtOrder'>>({
  summary: 'Asks the exchange about the order, because somebody wants to know',
  // Somebody waits for the answer: better an error than a long wait for the request budget.
  scheduleToCloseTimeout: '30 seconds',
  // One request takes at most 7 s; the other half is for a second try when a worker died.
  startToCloseTimeout: '15 seconds',
  retry: { initialInterval: '1 second' },
});

/** One look that somebody waits for. Never throws: in a signal's handler that would end the workflow, and the order with it. */
export async function lookNow(order: OrderIds): Promise<SyncLook> {
  try {
    return await looking.lookAtOrder(order);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return { kind: 'no-answer', error: 'the exchange could not be asked within 30 s', at: new Date().toISOString() };
  }
}
