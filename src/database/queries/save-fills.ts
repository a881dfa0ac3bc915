import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { FillEntity, toFill } from '../entities/fill.ts';
import { placeholders, readRow, storeFields } from './plain-row.ts';

const OLDEST_FIRST = 'order by trade_time, id';

/** Inserts and reads in one statement; only where somebody else has inserted one of the fills meanwhile, a second one reads them. */
export async function saveFills(em: EntityManager, fills: readonly Fill[], orderId: string): Promise<Fill[]> {
  // In one order for everybody: two writers of the same fills wait for each other instead of deadlocking.
  const rows = fills
    .toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1))
    .map((fill) => storeFields(em, FillEntity, fill));
  const [first] = rows;
  if (first === undefined) return listFills(em, orderId);
  const stored = await em.execute(
    `with saved as (
       insert into fills (${first.columns.join(', ')})
       values ${rows.map(({ values }) => `(${placeholders(values)})`).join(', ')}
       on conflict (entry_id) do nothing returning *
     )
     select * from (select * from saved union all select * from fills) f where order_id = ? ${OLDEST_FIRST}`,
    [...rows.flatMap(({ values }) => values), orderId],
  );
  const answer = toFills(em, stored);
  const found = new Set(answer.map(({ entryId }) => entryId));
  return fills.every(({ entryId }) => found.has(entryId)) ? answer : listFills(em, orderId);
}

export async function listFills(em: EntityManager, orderId: string): Promise<Fill[]> {
  return toFills(em, await em.execute(`select * from fills where order_id = ? ${OLDEST_FIRST}`, [orderId]));
}

function toFills(em: EntityManager, rows: object[]): Fill[] {
  return rows.map((row) => toFill(readRow(em, FillEntity, row)));
}
