/** Makes the namespaces of a Temporal server that has none, or is of others. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const THERE_WITHIN_MS = 60_000;
const KEEPS = '1 day';
const ALREADY_EXISTS = 6;

/** Unless it is there. Resolves once the server knows it; the signal ends the wait. */
export async function makeNamespace(address: string, namespace: string, signal: AbortSignal): Promise<void> {
  const connection = await Connection.connect({ address, interceptors: [] });
  try {
    const workflowExecutionRetentionPeriod = msToTs(KEEPS);
    await connection.workflowService
      .registerNamespace({ namespace, workflowExecutionRetentionPeriod })
      .catch((error: unknown) => {
        if (!isGrpcServiceError(error) || Number(error.code) !== ALREADY_EXISTS) throw error;
      });
    const giveUpAtMs = Date.now() + THERE_WITHIN_MS;
    // A server's parts learn of a namespace one after the other, up to ten seconds later.
    for (let found = 0; found < 3;) {
      if (Date.now() > giveUpAtMs) throw new Error(`${address} does not know its new namespace ${namespace}`);
      const isThere = await connection.workflowService.listWorkflowExecutions({ namespace }).then(
        () => true,
        () => false,
      );
      found = isThere ? found + 1 : 0;
      await sleep(1_000, undefined, { signal });
    }
  } finally {
    await connection.close();
  }
}
