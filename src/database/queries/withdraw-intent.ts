import type { EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../domain/order/trade.ts';
import { toTrade } from '../entities/trade.ts';
import { changeTrade } from './change-trade.ts';
import { lockTrade } from './find-trade.ts';

export async function withdrawIntent(
  em: EntityManager,
  clientOrderId: string,
  by: { requestedBy: string | null; reason: string | null },
): Promise<Trade> {
  const row = toTrade(await lockTrade(em, clientOrderId));
  if (row.status !== 'placing' || row.postAttempts > 0 || row.orderId !== null) return row;

  const end = {
    status: 'cancelled',
    reason: 'CANCELLED_BEFORE_PLACEMENT',
    detectedBy: 'immediate-check',
    fillsComplete: true,
  } as const;
  const withdrawn = await changeTrade(em, row, end, {
    clientOrderId,
    fromStatus: row.status,
    toStatus: end.status,
    state: 'closed',
    cause: 'withdrawn',
    source: 'operator',
    requestedBy: by.requestedBy,
    reason: by.reason,
    evidence: null,
  });
  return withdrawn ?? row;
}
