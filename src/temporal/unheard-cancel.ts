/** A cancellation that was asked of a run which could not go on: Temporal has taken it, and nobody has heard it. */
import type { ConnectionLike } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { EncryptionCodec } from '../encryption/payload-codec.ts';

/** What comes after the last task that went well is mostly one page. */
const PAGE_SIZE = 200;

interface Run {
  namespace: string;
  execution: { workflowId: string; runId: string };
}

/** With the argument of the signal that asked last. Null where there is none since the run's last task that went well. */
export async function unheardCancel(
  { workflowService }: ConnectionLike,
  { namespace, execution }: Run,
  codec: EncryptionCodec,
): Promise<{ argument: unknown } | null> {
  let asked: { argument: unknown } | null = null;
  let nextPageToken: Uint8Array | null = null;
  do {
    const page: Awaited<ReturnType<typeof workflowService.getWorkflowExecutionHistoryReverse>> =
      await workflowService.getWorkflowExecutionHistoryReverse({
        namespace,
        execution,
        nextPageToken,
        maximumPageSize: PAGE_SIZE,
      });
    for (const event of page.history?.events ?? []) {
      if (event.workflowTaskCompletedEventAttributes) return asked;
      const signal = event.workflowExecutionSignaledEventAttributes;
      if (signal?.signalName === 'cancelOrder') asked ??= { argument: argumentOf(signal.input?.payloads?.[0], codec) };
      // From the Temporal UI, where a cancellation of the workflow means the order.
      if (event.workflowExecutionCancelRequestedEventAttributes) asked ??= { argument: undefined };
    }
    nextPageToken = page.nextPageToken?.length > 0 ? page.nextPageToken : null;
  } while (nextPageToken !== null);
  return asked;
}

/** What cannot be read counts as no argument, as it does in the workflow. */
function argumentOf(payload: Payload | undefined, codec: EncryptionCodec): unknown {
  try {
    return payload === undefined ? undefined : codec.valueOf(payload);
  } catch {
    return undefined;
  }
}
