import { LockMode, type EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../order/trade.ts';
import { TradeNotFoundError } from '../../ports/trade-store-error.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';

export async function findTrade(em: EntityManager, clientOrderId: string): Promise<Trade | null> {
  const row = await em.findOne(TradeEntity, { clientOrderId });
  return row && toTrade(row);
}

/** By the exchange's id, else by the client order id. */
export async function findByEitherId(em: EntityManager, id: string): Promise<Trade | null> {
  const row = await em.findOne(TradeEntity, { orderId: id });
  return row ? toTrade(row) : findTrade(em, id);
}

/**
 * The row, locked until the transaction ends: whoever changes a trade holds this lock while deciding. It stays as it was
 * read when the trade is updated afterwards.
 */
export async function lockTrade(em: EntityManager, clientOrderId: string): Promise<TradeRow> {
  const options = { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true } as const;
  const row = await em.findOne(TradeEntity, { clientOrderId }, options);
  if (row === null) throw new TradeNotFoundError(clientOrderId);
  return row;
}

/** What `returning *` gave, as the domain has it. */
export function mapTrade(em: EntityManager, returned: object | undefined): Trade {
  if (returned === undefined) throw new Error('a statement that must return a trade returned none');
  return toTrade(em.map(TradeEntity, returned));
}
