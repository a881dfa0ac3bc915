import type { EntityManager } from '@mikro-orm/postgresql';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { TradeEntity, type TradeRow } from '../entities/trade.ts';
import { mapTrade } from './find-trade.ts';
import { placeholders, storeFields, type Given } from './plain-row.ts';
import { withEvent, type NewEvent } from './write-event.ts';

type NewTrade = Given<TradeRow> & Pick<Trade, 'clientOrderId' | 'status'> & Partial<Pick<Trade, 'orderId'>>;

/** Trade and first event in one statement; null, and nothing is written, where a trade has one of its ids already. */
export async function insertTrade(
  em: EntityManager,
  row: NewTrade,
  why: Pick<NewEvent, 'cause' | 'source' | 'requestedBy' | 'reason' | 'evidence'>,
): Promise<Trade | null> {
  const { clientOrderId, status, orderId = null } = row;
  const { columns, values } = storeFields(em, TradeEntity, row);
  const insert = {
    sql: `insert into trades (${columns.join(', ')}) values (${placeholders(values)}) on conflict do nothing returning *`,
    parameters: values,
  };
  const event = { clientOrderId, fromStatus: null, toStatus: status, state: stateOf({ status, orderId }), ...why };
  const { sql, parameters } = withEvent(em, insert, event);
  const [inserted] = await em.execute(sql, parameters);
  return inserted === undefined ? null : mapTrade(em, inserted);
}
