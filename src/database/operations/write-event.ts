import type { EntityManager } from '@mikro-orm/postgresql';
import { OrderEventEntity } from '../entities/order-event.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';

export interface NewEvent extends Omit<StoredEvent, 'at' | 'changeKey'> {
  clientOrderId: string;
  /** `TradeChange.key`, for an event that comes of a change. */
  changeKey?: string;
}

/** Appends an event; its time is the database's. False, and nothing is written, when the order has an event of that key. */
export async function writeEvent(em: EntityManager, event: NewEvent): Promise<boolean> {
  const { affectedRows } = await em
    .createQueryBuilder(OrderEventEntity)
    .insert(event)
    .onConflict(['clientOrderId', 'changeKey'])
    .ignore()
    .execute('run');
  return affectedRows > 0;
}
