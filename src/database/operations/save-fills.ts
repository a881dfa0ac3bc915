import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fill } from '../../order/exchange-order.ts';
import { FillEntity, toFill } from '../entities/fill.ts';

export async function saveFills(em: EntityManager, fills: readonly Fill[], orderId: string): Promise<Fill[]> {
  if (fills.length > 0) {
    // In one order for everybody: two writers of the same fills wait for each other instead of deadlocking.
    const rows = fills.toSorted((a, b) => (a.entryId < b.entryId ? -1 : 1));
    await em.createQueryBuilder(FillEntity).insert(rows).onConflict('entryId').ignore().execute('run');
  }
  return listFills(em, orderId);
}

/** Oldest first. */
export async function listFills(em: EntityManager, orderId: string): Promise<Fill[]> {
  const rows = await em.find(FillEntity, { orderId }, { orderBy: { tradeTime: 'asc', id: 'asc' } });
  return rows.map(toFill);
}
