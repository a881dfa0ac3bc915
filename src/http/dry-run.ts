/** A sync that only compares, within the time that a caller waits. */
import { dryRun } from '../domain/order/dry-run.ts';
import type { Requester } from '../domain/order/requester.ts';
import type { SyncLook } from '../domain/order/sync-report.ts';
import type { Trade } from '../domain/order/trade.ts';
import type { SyncReport } from '../domain/order/sync-report.ts';
import { TIMEOUTS_MS } from './limits.ts';
import type { LookAtOrder } from './dependencies.ts';

export async function syncDry(trade: Trade, requester: Requester, lookAtOrder: LookAtOrder): Promise<SyncReport> {
  const { clientOrderId, orderId } = trade;
  return dryRun(trade, await lookInTime({ clientOrderId, orderId }, lookAtOrder), requester);
}

async function lookInTime(order: Parameters<LookAtOrder>[0], lookAtOrder: LookAtOrder): Promise<SyncLook> {
  const stop = AbortSignal.timeout(TIMEOUTS_MS.exchange);
  try {
    return await lookAtOrder(order, stop);
  } catch (error) {
    if (!stop.aborted) throw error;
    const at = new Date().toISOString();
    return { kind: 'no-answer', error: `the exchange did not answer within ${TIMEOUTS_MS.exchange} ms`, at };
  }
}
