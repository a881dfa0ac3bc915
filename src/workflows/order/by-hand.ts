/** What an operator or a bot asks of an order that lives already: a sync now, a cancellation. */
import { log } from '@temporalio/workflow';
import { readRequester } from '../../domain/order/requester.ts';
import { reportSync } from '../../domain/order/sync-report.ts';
import { isEnded, type SyncReport } from '../../domain/order/trade.ts';
import { lookNow } from './activity-calls.ts';
import type { OrderRun } from './order-run.ts';

/**
 * Asks the exchange, lets the machine judge the answer, waits until the outcome is committed, and reports. With the
 * exchange out of reach nothing is changed but that the attempt stands in `order_events`.
 */
export function syncByHand(run: OrderRun, argument: unknown): Promise<SyncReport> {
  return run.exclusively(() => sync(run, argument));
}

async function sync(run: OrderRun, argument: unknown): Promise<SyncReport> {
  const { requester, asItCame } = readRequester(argument);
  const before = run.row;
  const look = await lookNow({ clientOrderId: before.clientOrderId, orderId: before.orderId });
  if (look.kind === 'seen') {
    const { order, at, source } = look;
    run.send({ type: 'OBSERVED', order, seenAt: at, source, layer: 'manual-sync', requester, evidence: asItCame });
  } else {
    run.send({ type: 'NOTED', cause: 'manual_sync_failed', requester, evidence: { error: look.error, ...asItCame } });
  }
  await run.recorded();

  const report = reportSync({ before, look, after: run.row, requester });
  log.info('synced by hand', { ...report });
  return report;
}

/** An order that was never attempted is withdrawn and closed; any other is cancelled as soon as its exchange id is known. */
export async function requestCancel(run: OrderRun, argument: unknown): Promise<void> {
  const { requester, asItCame } = readRequester(argument);
  if (run.row.status === 'placing' && run.row.orderId === null) {
    const row = await run.withdraw(requester);
    if (isEnded(row.status)) return run.takeRow(row);
  }
  run.send({ type: 'CANCEL', requester, evidence: asItCame });
}
