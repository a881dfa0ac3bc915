/** A namespace for one run: on a Temporal server of others, their workflows and schedules are none of its business. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const THERE_WITHIN_MS = 60_000;
const KEEPS = '1 day';

/** Answers its name once the server knows it; the signal ends the wait. */
export async function ownNamespace(address: string, signal: AbortSignal): Promise<string> {
  const namespace = `bench-${Date.now().toString(36)}`;
  const connection = await Connection.connect({ address, interceptors: [] });
  try {
    const workflowExecutionRetentionPeriod = msToTs(KEEPS);
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
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
    return namespace;
  } finally {
    await connection.close();
  }
}
