import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { TradeEntity, type TradeRow } from '../entities/trade.ts';
import { findByEitherId, findTrade, mapTrade } from './find-trade.ts';
import { placeholders, storeFields, type Given } from './plain-row.ts';
import { withEvent, type NewEvent } from './write-event.ts';
import type { Adoption } from '../../domain/order/adoption.ts';
import type { Requester } from '../../domain/order/requester.ts';

type NewTrade = Given<TradeRow> & Pick<Trade, 'clientOrderId' | 'status'> & Partial<Pick<Trade, 'orderId'>>;

/** Trade and first event in one statement; null, and nothing is written, where a trade has one of its ids already. */
async function insertTrade(
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
