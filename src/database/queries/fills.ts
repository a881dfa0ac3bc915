import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fill } from '../../domain/order/exchange-order.ts';
import type { Trade } from '../../domain/order/trade.ts';
import { jsonText } from '../columns/storable.ts';
import { FillEntity, toFill } from '../entities/fill.ts';
import { mapTrade } from './find-trade.ts';
import { placeholders, readRow, storeFields } from './plain-row.ts';

/**
 * Inserts what is of our trades and not there yet; answers the exchange's ids of the orders that have new fills. Those of an
 * order that was moved out are not here, so none of them may be counted again. With `offset 0` they are looked up one by one,
 * however few there are. In one order for everybody: two writers of the same fills wait for each other instead of deadlocking.
 */
export async function recordFills(em: EntityManager, fills: readonly Fill[]): Promise<string[]> {
  const rows = fills.map((fill) => storeFields(em, FillEntity, fill));
  const columns = rows[0]?.columns.join(', ');
  if (columns === undefined) return [];
  const listed = rows.map((row) => Object.fromEntries(row.columns.map((column, index) => [column, row.values[index]])));
  const recorded = await em.execute<{ order_id: string }[]>(
    `insert into fills (${columns})
     select ${columns} from json_populate_recordset(null::fills, ?::json) with ordinality listed
     where exists (select from trades where trades.order_id = listed.order_id)
       and not exists (select from moved_orders where moved_orders.order_id = listed.order_id offset 0)
     order by entry_id, ordinality
     on conflict (entry_id) do nothing returning order_id`,
    [jsonText(listed)],
  );
  return [...new Set(recorded.map(({ order_id }) => order_id))];
}

/** Of all the orders, oldest first. */
export async function listFills(em: EntityManager, orderIds: readonly string[]): Promise<Fill[]> {
  if (orderIds.length === 0) return [];
  const rows = await em.execute(
    `select * from fills where order_id in (${placeholders(orderIds)}) order by trade_time, id`,
    [...orderIds],
  );
  return rows.map((row: object) => toFill(readRow(em, FillEntity, row)));
}

/** Those that ended last first: the others have been asked for already, and wait longer. */
export async function endedWithoutFills(
  em: EntityManager,
  limit: number,
  { changedWithinMs }: { changedWithinMs: number },
): Promise<Trade[]> {
  const rows = await em.execute(
    `select * from trades
     where not fills_complete and order_id is not null and status not in ('placing', 'pending', 'stale')
       and updated_at >= statement_timestamp() - ?::double precision * interval '1 millisecond'
     order by ended_at desc, id desc limit ?`,
    [changedWithinMs, limit],
  );
  return rows.map((row: object) => mapTrade(em, row));
}
