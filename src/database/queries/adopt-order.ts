import { raw, type EntityManager } from '@mikro-orm/postgresql';
import { stateOf, type Trade } from '../../domain/order/trade.ts';
import { TradeEntity, type TradeRow } from '../entities/trade.ts';
import { findByEitherId, findTrade, mapTrade } from './find-trade.ts';
import { placeholders, storeFields, type Given } from './plain-row.ts';
import { withEvent } from './write-event.ts';
import type { Adoption } from '../../domain/order/adoption.ts';
import type { Caller } from '../../domain/order/requester.ts';

/** Trade and first event in one statement; nothing is written where a trade has one of its ids already. */
export async function adoptOrder(
  em: EntityManager,
  { createdAt, evidence, ...order }: Adoption,
  { requestedBy, sentBy = null, reason }: Caller,
): Promise<{ trade: Trade; inserted: boolean }> {
  const status = 'pending';
  const row: Given<TradeRow> = {
    ...order,
    status,
    createdAt: raw('coalesce(?::timestamptz, clock_timestamp())', [createdAt]),
    monitoredSince: raw('clock_timestamp()'),
  };
  const { columns, values } = storeFields(em, TradeEntity, row);
  const insert = {
    sql: `insert into trades (${columns.join(', ')}) values (${placeholders(values)}) on conflict do nothing returning *`,
    parameters: values,
  };
  const { sql, parameters } = withEvent(em, insert, {
    clientOrderId: order.clientOrderId,
    fromStatus: null,
    toStatus: status,
    state: stateOf({ status, orderId: order.orderId }),
    cause: 'adopted',
    source: 'listing',
    requestedBy,
    sentBy,
    reason,
    evidence,
  });
  const [inserted] = await em.execute(sql, parameters);
  if (inserted !== undefined) return { trade: mapTrade(em, inserted), inserted: true };
  return { trade: await owner(em, order), inserted: false };
}

/** Either id may be taken already, and by another trade each. */
async function owner(
  em: EntityManager,
  { orderId, clientOrderId }: Pick<Adoption, 'orderId' | 'clientOrderId'>,
): Promise<Trade> {
  const trade = (await findByEitherId(em, orderId)) ?? (await findTrade(em, clientOrderId));
  if (trade === null) throw new Error(`the trade that keeps order ${orderId} from being adopted is not to be found`);
  return trade;
}
