import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { sameJson } from '../../order/order-request.ts';
import type { Trade } from '../../order/trade.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';
import { mapTrade } from './find-trade.ts';

/** Writes the fields that differ from the locked row, and answers the row as it is then. Without a difference nothing is written. */
export async function updateTrade(em: EntityManager, row: TradeRow, fields: Partial<Trade>): Promise<Trade> {
  const before = toTrade(row);
  const changes = Object.entries(fields).filter(([field, value]) => !sameJson(value, before[field as keyof Trade]));
  if (changes.length === 0) return before;
  const updatedAt = raw('clock_timestamp()');
  const [after] = await em
    .createQueryBuilder(TradeEntity)
    .update({ ...Object.fromEntries(changes), updatedAt })
    .where({ id: row.id })
    .returning('*')
    .execute('all', false);
  return mapTrade(em, after);
}
