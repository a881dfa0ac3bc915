/** What an operator or a bot asks of a running order: a sync now, a cancellation. */
import { log } from '@temporalio/workflow';
import { readRequester, type Caller, type ReadRequester } from '../../domain/order/requester.ts';
import { reportSync, type SyncLook, type SyncReport } from '../../domain/order/sync-report.ts';
import { lookNow } from './activity-calls.ts';
import type { Message } from './messages.ts';
import type { OrderRun } from './order-run.ts';

/**
 * Asks the exchange, records what it shows, and reports. With the exchange out of reach nothing is changed but that the
 * attempt stands in `order_events`.
 */
export function syncOrder(run: OrderRun, ...message: Message): Promise<SyncReport> {
  return run.enqueue(async () => {
    const { caller, asItCame } = read(message);
    const before = run.row;
    const look = await lookNow({ clientOrderId: before.clientOrderId, orderId: before.orderId });
    const after = await run.learn(factOf(look, { caller, asItCame }), look.at);
    const report = reportSync({ before, look, after, requester: caller });
    log.info('manual sync', { botId: before.botId, ...report });
    return report;
  });
}

function factOf(look: SyncLook, { caller: requester, asItCame }: ReadMessage) {
  if (look.kind === 'seen') {
    const { order, source } = look;
    return { type: 'observed', order, source, layer: 'manual-sync', requester, evidence: asItCame } as const;
  }
  const evidence = { error: look.error, ...asItCame };
  return { type: 'noted', cause: 'manual_sync_failed', requester, evidence } as const;
}

/** An order that was never attempted is withdrawn; any other is cancelled as soon as its exchange id is known. */
export async function requestCancel(run: OrderRun, ...message: Message): Promise<void> {
  const { caller: requester, asItCame } = read(message);
  await run.learn({ type: 'cancel-requested', requester, evidence: asItCame });
}

type ReadMessage = Pick<ReadRequester, 'asItCame'> & { caller: Caller };

function read([argument, sentBy]: Message): ReadMessage {
  const { requester, asItCame } = readRequester(argument);
  return { caller: { ...requester, sentBy }, asItCame };
}
