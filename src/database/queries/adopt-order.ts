import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { Adoption } from '../../domain/order/adoption.ts';
import type { Requester } from '../../domain/order/requester.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { findByEitherId, findTrade } from './find-trade.ts';
import { insertTrade } from './insert-trade.ts';

export async function adoptOrder(
  em: EntityManager,
  { createdAt, evidence, ...order }: Adoption,
  by: Requester,
): Promise<{ trade: Trade; inserted: boolean }> {
  const createdTime = raw('coalesce(?::timestamptz, clock_timestamp())', [createdAt]);
  // Either id may be taken already, and by another trade each.
  const inserted = await insertTrade(
    em,
    { ...order, status: 'pending', createdAt: createdTime, monitoredSince: raw('clock_timestamp()') },
    { cause: 'adopted', source: 'listing', requestedBy: by.requestedBy, reason: by.reason, evidence },
  );
  return inserted === null ? { trade: await owner(em, order), inserted: false } : { trade: inserted, inserted: true };
}

async function owner(
  em: EntityManager,
  { orderId, clientOrderId }: Pick<Adoption, 'orderId' | 'clientOrderId'>,
): Promise<Trade> {
  const trade = (await findByEitherId(em, orderId)) ?? (await findTrade(em, clientOrderId));
  if (trade === null) throw new Error(`the trade that keeps order ${orderId} from being adopted is not to be found`);
  return trade;
}
