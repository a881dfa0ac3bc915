import type { EntityManager } from '@mikro-orm/postgresql';
import { IMMEDIATE_KIND } from '../../domain/order/order-kinds.ts';
import type { Trade } from '../../domain/order/trade.ts';
import type { OpenTradesCursor, OpenTradesPage, TradeIds } from '../../ports/reconciliation-store.ts';
import { toTrade, TradeEntity, type TradeRow } from '../entities/trade.ts';
import { mapTrade } from './find-trade.ts';

/** Orders that may rest come last: their bots expect them to stay open, those of market, IOC and FOK orders do not. */
const RESTING = `status = 'pending' and not exists (
  select from jsonb_object_keys(order_configuration) key where key ~ '${IMMEDIATE_KIND.source}')`;

export async function openTradesPage(
  em: EntityManager,
  after: OpenTradesCursor | null,
  limit: number,
): Promise<OpenTradesPage> {
  const rows = await em.execute<(TradeRow & { resting: boolean })[]>(
    `select * from (
       select t.*, ${RESTING} as resting from trades t where status in ('placing', 'pending', 'stale')
     ) open
     where (resting, id) > (?::boolean, ?::bigint)
     order by resting, id limit ?`,
    [after?.resting ?? false, after?.id ?? '0', limit],
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return {
    trades: rows.map(({ resting: _resting, ...row }) => mapTrade(em, row)),
    next: last === undefined ? null : { resting: last.resting, id: last.id },
  };
}

export async function tradesOf(em: EntityManager, { orderIds = [], clientOrderIds }: TradeIds): Promise<Trade[]> {
  if (orderIds.length + clientOrderIds.length === 0) return [];
  const rows = await em.find(TradeEntity, {
    $or: [{ orderId: { $in: [...orderIds] } }, { clientOrderId: { $in: [...clientOrderIds] } }],
  });
  return rows.map(toTrade);
}

const ENDED = `status not in ('placing', 'pending', 'stale') and order_id is not null`;

/**
 * Each condition by its own index: together they would have the trades read from the first one on, in the order of the ids.
 */
export async function endedTradesPage(
  em: EntityManager,
  { changedFrom, createdBefore }: { changedFrom: string; createdBefore: string },
  after: string | null,
  limit: number,
): Promise<{ trades: Trade[]; next: string | null }> {
  const rows = await em.execute<TradeRow[]>(
    `with due as (
       select id from trades where ${ENDED} and updated_at >= ?::timestamptz and created_at < ?::timestamptz
       union
       select id from trades where ${ENDED} and not fills_complete
     ), page as materialized (select id from due where id > ?::bigint order by id limit ?)
     select trades.* from page join trades using (id) order by id`,
    [changedFrom, createdBefore, after ?? '0', limit],
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { trades: rows.map((row) => mapTrade(em, row)), next: last?.id ?? null };
}

/** When the trade last passed from a status that blocks to one that does not. */
export async function releasedAt(em: EntityManager, clientOrderId: string): Promise<string | null> {
  const [event] = await em.execute<{ at: string }[]>(
    `select at from order_events
     where client_order_id = ? and from_status in ('placing', 'pending', 'stale')
       and to_status not in ('placing', 'pending', 'stale')
     order by id desc limit 1`,
    [clientOrderId],
  );
  return event === undefined ? null : new Date(event.at).toISOString();
}
