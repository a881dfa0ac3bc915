import type { EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../order/trade.ts';
import { toTrade } from '../entities/trade.ts';
import { lockTrade } from './find-trade.ts';
import { updateTrade } from './update-trade.ts';
import { writeEvent } from './write-event.ts';

export async function withdrawIntent(
  em: EntityManager,
  clientOrderId: string,
  by: { requestedBy: string | null; reason: string | null },
): Promise<Trade> {
  const row = await lockTrade(em, clientOrderId);
  if (row.status !== 'placing' || row.postAttempts > 0 || row.orderId !== null) return toTrade(row);

  const trade = await updateTrade(em, row, {
    status: 'cancelled',
    reason: 'CANCELLED_BEFORE_PLACEMENT',
    detectedBy: 'immediate-check',
    fillsComplete: true,
  });
  await writeEvent(em, {
    clientOrderId,
    fromStatus: row.status,
    toStatus: trade.status,
    state: 'closed',
    cause: 'withdrawn',
    source: 'operator',
    requestedBy: by.requestedBy,
    reason: by.reason,
    evidence: null,
  });
  return trade;
}
