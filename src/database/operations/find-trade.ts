import type { EntityManager } from '@mikro-orm/postgresql';
import type { Trade } from '../../order/trade.ts';
import { TradeNotFoundError } from '../../ports/trade-store-error.ts';
import { storable } from '../columns/text.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';

export async function findTrade(em: EntityManager, clientOrderId: string): Promise<Trade | null> {
  const [row] = await em.execute('select * from trades where client_order_id = ?', [storable(clientOrderId)]);
  return row === undefined ? null : mapTrade(em, row);
}

/** By the exchange's id, else by the client order id. */
export async function findByEitherId(em: EntityManager, id: string): Promise<Trade | null> {
  const [row] = await em.execute('select * from trades where order_id = ?', [storable(id)]);
  return row === undefined ? findTrade(em, id) : mapTrade(em, row);
}

/** Newest first. Reads the whole table: for what a person typed, not for a bot. */
export async function findByPrefix(em: EntityManager, prefix: string, limit: number): Promise<Trade[]> {
  const rows = await em
    .createQueryBuilder(TradeEntity, 't')
    .select('*')
    .where('starts_with(t.client_order_id, ?) or starts_with(t.order_id, ?)', [prefix, prefix])
    .orderBy({ createdAt: 'desc', id: 'desc' })
    .limit(limit)
    .getResultList();
  return rows.map(toTrade);
}

/**
 * The row, locked until the transaction ends: whoever changes a trade holds this lock while deciding. It stays as it was
 * read when the trade is updated afterwards.
 */
export async function lockTrade(em: EntityManager, clientOrderId: string): Promise<TradeRow> {
  const [row] = await em.execute('select * from trades where client_order_id = ? for update', [clientOrderId]);
  if (row === undefined) throw new TradeNotFoundError(clientOrderId);
  return readTrade(em, row);
}

/** What `select *` or `returning *` gave, as the domain has it. */
export function mapTrade(em: EntityManager, returned: object | undefined): Trade {
  if (returned === undefined) throw new Error('a statement that must return a trade returned none');
  return toTrade(readTrade(em, returned));
}

/** By the entity's own columns, but no entity: that takes MikroORM several times as long, and nothing here changes one. */
function readTrade(em: EntityManager, returned: object): TradeRow {
  const columns = new Map(Object.entries(returned));
  const platform = em.getPlatform();
  const fields = em.getMetadata(TradeEntity).props.map(({ name, fieldNames: [column = name], customType }) => {
    const stored: unknown = columns.get(column) ?? null;
    return [name, stored === null || customType === undefined ? stored : customType.convertToJSValue(stored, platform)];
  });
  return Object.fromEntries(fields) as TradeRow;
}
