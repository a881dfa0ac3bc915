import { raw, type EntityManager } from '@mikro-orm/postgresql';
import type { Adoption } from '../../order/adoption.ts';
import type { Requester } from '../../order/order-context.ts';
import { stateOf, type Trade, type TradeStatus } from '../../order/trade.ts';
import { TradeEntity } from '../entities/trade.ts';
import { findByEitherId, findTrade, mapTrade } from './find-trade.ts';
import { writeEvent } from './write-event.ts';

export async function adoptOrder(
  em: EntityManager,
  { createdAt, evidence, ...order }: Adoption,
  by: Requester,
): Promise<{ trade: Trade; inserted: boolean }> {
  const status: TradeStatus = 'pending';
  const row = { ...order, status, createdAt: raw('coalesce(?::timestamptz, clock_timestamp())', [createdAt]) };
  // Either id may be taken already, and by another trade each.
  const [inserted] = await em
    .createQueryBuilder(TradeEntity)
    .insert(row)
    .onConflict()
    .ignore()
    .returning('*')
    .execute('all', false);
  if (inserted === undefined) return { trade: await owner(em, order), inserted: false };
  const trade = mapTrade(em, inserted);
  await writeEvent(em, {
    clientOrderId: trade.clientOrderId,
    fromStatus: null,
    toStatus: trade.status,
    state: stateOf(trade),
    cause: 'adopted',
    source: 'listing',
    requestedBy: by.requestedBy,
    reason: by.reason,
    evidence,
  });
  return { trade, inserted: true };
}

async function owner(
  em: EntityManager,
  { orderId, clientOrderId }: Pick<Adoption, 'orderId' | 'clientOrderId'>,
): Promise<Trade> {
  const trade = (await findByEitherId(em, orderId)) ?? (await findTrade(em, clientOrderId));
  if (trade === null) throw new Error(`the trade that keeps order ${orderId} from being adopted is not to be found`);
  return trade;
}
