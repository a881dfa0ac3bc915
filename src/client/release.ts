/** Hears of an order's end at once, and at next to no cost to Temporal: one long poll of the workflow's history. */
import { defaultPayloadConverter, isGrpcServiceError, ServiceError, type Client } from '@temporalio/client';
import { isEnded, type TradeStatus } from '../order/trade.ts';

type HistoryPage = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
type HistoryEvent = NonNullable<NonNullable<HistoryPage['history']>['events']>[number];

/** gRPC's number for what does not exist. */
const NOT_FOUND = 5;

/**
 * Resolves as soon as the order's status is one that releases the bot (`ended`; the workflow may go on for up to 30 s,
 * collecting fills), or its run is over in any way (`closed`). The status is read from the history, where each change of
 * it is an event. Unlike a query this never reaches a worker: one that is answered while a local activity ends can leave
 * a history that does not replay, if an update or a signal comes in that moment (1.24.0; managed_run.rs forces a
 * new workflow task before the workflow has seen the end).
 */
export async function untilReleased(
  client: Client,
  workflowId: string,
  stop: AbortSignal,
): Promise<'ended' | 'closed'> {
  const { namespace } = client.options;
  let runId = '';
  let nextPageToken: Uint8Array | null = null;
  for (;;) {
    // Temporal's client notices an abort during a call alone, not one before it (1.24.0).
    stop.throwIfAborted();
    // Answered when there are events beyond the token's; after 20 s without any, with a token to go on from.
    const request = { namespace, execution: { workflowId, runId }, nextPageToken, waitNewEvent: true };
    const page: HistoryPage = await client.workflowService
      .getWorkflowExecutionHistory(request)
      .catch((error: Error) => rethrow(error, client, workflowId));
    const events = page.history?.events ?? [];
    nextPageToken = page.nextPageToken;
    const close = closeIn(events.at(-1));
    if (close?.newExecutionRunId) {
      runId = close.newExecutionRunId;
      nextPageToken = null;
    } else if (close !== null) {
      return 'closed';
    } else {
      // The last one counts: what is seen at the exchange can disprove an end that an operator declared.
      const status = events.map(statusIn).findLast((given) => given !== null);
      if (status && isEnded(status)) return 'ended';
    }
  }
}

/** The status that the event sets; null where it sets none. */
function statusIn({ upsertWorkflowSearchAttributesEventAttributes: upsert }: HistoryEvent): TradeStatus | null {
  const payload = upsert?.searchAttributes?.indexedFields?.['OrderStatus'];
  return payload ? defaultPayloadConverter.fromPayload<TradeStatus>(payload) : null;
}

/** The end of the run, where the event is that; a run that goes on in another one names it. */
function closeIn(event: HistoryEvent | undefined): { newExecutionRunId?: string | null } | null {
  return (
    event?.workflowExecutionContinuedAsNewEventAttributes ??
    event?.workflowExecutionCompletedEventAttributes ??
    event?.workflowExecutionFailedEventAttributes ??
    event?.workflowExecutionTimedOutEventAttributes ??
    (event?.workflowExecutionCanceledEventAttributes || event?.workflowExecutionTerminatedEventAttributes ? {} : null)
  );
}

/** As Temporal's client throws it, which tells an unknown workflow from an unknown namespace; gRPC's status does not. */
async function rethrow(error: Error, client: Client, workflowId: string): Promise<never> {
  if (isGrpcServiceError(error) && error.code === NOT_FOUND) await client.workflow.getHandle(workflowId).describe();
  throw new ServiceError('the history cannot be read', { cause: error });
}
