/** Hears of an order's end at once, and at next to no cost to Temporal: one long poll of the workflow's history. */
import { defaultPayloadConverter, isGrpcServiceError, ServiceError, type Client } from '@temporalio/client';
import { isRecord } from '../domain/field-error.ts';
import type { Acceptance } from '../domain/order/order-context.ts';
import { orderStateOf } from '../domain/order/order-state.ts';
import { isEnded, type OrderState, type TradeStatus } from '../domain/order/trade.ts';

type HistoryPage = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
type HistoryEvent = NonNullable<NonNullable<HistoryPage['history']>['events']>[number];

/** gRPC's number for what does not exist. */
const NOT_FOUND = 5;

export type Release =
  /** The workflow may go on for up to 30 s, collecting fills. `state` where the history itself has told it. */
  | { how: 'ended'; state: OrderState | null }
  /** The run is over, in whatever way. */
  | { how: 'closed' };

/**
 * Resolves as soon as the order's status is one that releases the bot, or its run is over. The status is read from the
 * history, where each change of it is an event; the end of an order that fills at once is told there by its placement,
 * before the workflow has taken it over. Unlike a query this never reaches a worker: one that is answered while a local
 * activity ends can leave a history that does not replay, if an update or a signal comes in that moment (1.24.0;
 * managed_run.rs forces a new workflow task before the workflow has seen the end).
 */
export async function untilReleased(client: Client, workflowId: string, stop: AbortSignal): Promise<Release> {
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
      return { how: 'closed' };
    } else {
      // The last one counts: what is seen at the exchange can disprove an end that an operator declared.
      const standing = events.map(standingIn).findLast((told) => told !== null);
      if (standing && isEnded(standing.status)) return { how: 'ended', state: standing.state };
    }
  }
}

interface Standing {
  status: TradeStatus;
  state: OrderState | null;
}

/** How the order stands by what the event says; null where it says nothing of that. */
function standingIn({
  upsertWorkflowSearchAttributesEventAttributes: upsert,
  activityTaskCompletedEventAttributes: completed,
}: HistoryEvent): Standing | null {
  const status = upsert?.searchAttributes?.indexedFields?.['OrderStatus'];
  if (status) return { status: defaultPayloadConverter.fromPayload(status), state: null };
  const answer = completed?.result?.payloads?.[0];
  return answer ? endIn(defaultPayloadConverter.fromPayload(answer)) : null;
}

/** The end that a placement has seen and committed itself. */
function endIn(answer: unknown): Standing | null {
  if (!isRecord(answer) || answer['kind'] !== 'accepted') return null;
  const { end, look } = answer as Partial<Acceptance>;
  if (end === undefined || !look?.order) return null;
  const seen = { exchangeStatus: look.order.status, lastCheckedAt: look.at };
  return { status: end.row.status, state: orderStateOf(end.row, seen) };
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
