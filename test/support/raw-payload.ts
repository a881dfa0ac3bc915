/** Signals as anybody may send them: their payload byte by byte. */
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';

export interface RawPayload {
  encoding: string;
  data: string;
}

/** Sends the signal with one payload, whatever its bytes are. */
export async function signalRaw(
  client: Client,
  workflowId: string,
  signalName: string,
  payload: RawPayload,
): Promise<void> {
  await client.workflowService.signalWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    signalName,
    input: { payloads: [asProto(payload)] },
  });
}

function asProto({ encoding, data }: RawPayload): { metadata: Record<string, Uint8Array>; data: Uint8Array } {
  return { metadata: { encoding: Buffer.from(encoding) }, data: Buffer.from(data) };
}

/** Starts `orderWorkflow` with one argument, whatever its bytes are. */
export async function startRaw(
  client: Client,
  { workflowId, taskQueue, payload }: { workflowId: string; taskQueue: string; payload: RawPayload },
): Promise<void> {
  await client.workflowService.startWorkflowExecution({
    namespace: 'default',
    requestId: randomUUID(),
    workflowId,
    workflowType: { name: 'orderWorkflow' },
    taskQueue: { name: taskQueue },
    input: { payloads: [asProto(payload)] },
  });
}
