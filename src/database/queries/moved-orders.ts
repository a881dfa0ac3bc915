/** Ended orders leave the database once an audit bundle has them. */
import type { EntityManager } from '@mikro-orm/postgresql';
import { RESOLVED_BY_OPERATOR } from '../../domain/order/decisions/end.ts';
import type { MovedOrder } from '../../domain/order/moved-order.ts';
import type { Caller } from '../../domain/order/requester.ts';
import type { MovablePage, OrderToMove } from '../../ports/moved-orders.ts';
import { jsonText, storable } from '../columns/storable.ts';
import { MovedOrderEntity, toMovedOrder } from '../entities/moved-order.ts';
import { placeholders, readRow } from './plain-row.ts';

/** Few enough for any statement's time, however many of them were moved out already. */
const TRADES_A_PART = 5_000;

export async function findMoved(em: EntityManager, clientOrderId: string): Promise<MovedOrder | null> {
  const [row] = await em.execute('select * from moved_orders where client_order_id = ?', [storable(clientOrderId)]);
  return row === undefined ? null : toMovedOrder(readRow(em, MovedOrderEntity, row));
}

export async function canMove(em: EntityManager): Promise<boolean> {
  const [row] = await em.execute<{ can: boolean }[]>(
    `select has_table_privilege('order_events', 'delete') and has_table_privilege('fills', 'delete')
       and has_table_privilege('moved_orders', 'insert') as can`,
  );
  return row?.can === true;
}

/**
 * An operator's word may still be corrected by the exchange, and the order opened again. With `offset 0` each table is asked by
 * its index about each trade, instead of being read whole.
 */
const MOVABLE = `
  with part as materialized (
    select id, client_order_id, order_id, status, ended_at, fills_complete, reason from trades
    where id > ?::bigint order by id limit ${TRADES_A_PART}
  ), ended as (
    select id, client_order_id, case
      when not fills_complete then 'fills-incomplete'
      when reason = '${RESOLVED_BY_OPERATOR}' then 'resolved-by-operator'
      when exists (select from sync_issues i where i.resolved_at is null
        and (i.client_order_id = part.client_order_id or i.order_id = part.order_id)) then 'open-issue'
      when exists (select from unarchived_runs u where u.client_order_id = part.client_order_id offset 0) then 'run-not-archived'
      when not exists (select from workflow_histories h where h.client_order_id = part.client_order_id offset 0)
        or exists (select from archive_deletions d where d.client_order_id = part.client_order_id offset 0) then 'no-history'
    end as obstacle
    from part
    where status not in ('placing', 'pending', 'stale') and ended_at < ?::timestamptz
      and not exists (select from moved_orders m where m.client_order_id = part.client_order_id offset 0)
  )
  select
    (select coalesce(json_agg(client_order_id order by id), '[]') from ended where obstacle is null) as movable,
    (select coalesce(json_object_agg(obstacle, orders), '{}') from (
      select obstacle, count(*) as orders from ended where obstacle is not null group by obstacle
    ) held) as held,
    (select max(id)::text from part) as next`;

export async function movableOrders(em: EntityManager, time: string, from: string | null): Promise<MovablePage> {
  const [page] = await em.execute<MovablePage[]>(MOVABLE, [from ?? '0', time]);
  return page ?? { movable: [], held: {}, next: null };
}

const IDS = (rows: string): string => `(select coalesce(jsonb_agg(r.id order by r.id), '[]') from ${rows})`;

/** Only where the order's rows are exactly those that were listed. */
const RECORD = `
  insert into moved_orders
    (client_order_id, order_id, bundle_sha256, events, fills, histories, leaves, requested_by, sent_by, reason)
  select t.client_order_id, t.order_id, ?, jsonb_array_length(event_ids), jsonb_array_length(fill_ids),
    jsonb_array_length(history_ids), leaves, ?, ?, ?
  from json_to_recordset(?::json)
    as l (client_order_id text, event_ids jsonb, fill_ids jsonb, history_ids jsonb, leaves jsonb)
  join trades t on t.client_order_id = l.client_order_id
  where not exists (select from unarchived_runs u where u.client_order_id = t.client_order_id)
    and event_ids = ${IDS('order_events r where r.client_order_id = t.client_order_id')}
    and fill_ids = ${IDS('fills r where r.order_id = t.order_id')}
    and history_ids = ${IDS('workflow_histories r where r.client_order_id = t.client_order_id')}
  order by t.id
  returning client_order_id`;

const MOVED_NOW = 'from moved_orders where written_in = pg_current_xact_id()';

export async function moveOrders(
  em: EntityManager,
  orders: readonly OrderToMove[],
  bundleSha256: string,
  { requestedBy, sentBy = null, reason }: Caller,
): Promise<string[]> {
  // Whoever records fills has ended, or waits and then finds their orders moved out. Events need the lock of their trade.
  await em.execute('lock table fills in share row exclusive mode');
  const ids = orders.map(({ clientOrderId }) => clientOrderId);
  await em.execute(`select from trades where client_order_id in (${placeholders(ids)}) order by id for update`, ids);
  const listed = orders.map(({ clientOrderId, eventIds, fillIds, historyIds, leaves }) => ({
    client_order_id: clientOrderId,
    event_ids: eventIds,
    fill_ids: fillIds,
    history_ids: historyIds,
    leaves,
  }));
  const moved = await em.execute<{ client_order_id: string }[]>(RECORD, [
    bundleSha256,
    requestedBy,
    sentBy,
    reason,
    jsonText(listed),
  ]);
  await em.execute(`delete from order_events where client_order_id in (select client_order_id ${MOVED_NOW})`);
  await em.execute(`delete from fills where order_id in (select order_id ${MOVED_NOW})`);
  await em.execute(`delete from workflow_histories where client_order_id in (select client_order_id ${MOVED_NOW})`);
  return moved.map(({ client_order_id }) => client_order_id);
}
