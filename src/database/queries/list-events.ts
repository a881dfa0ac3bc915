import type { EntityManager } from '@mikro-orm/postgresql';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { OrderEventEntity, toEvent } from '../entities/order-event.ts';

/** Oldest first. */
export async function listEvents(em: EntityManager, clientOrderId: string): Promise<StoredEvent[]> {
  const rows = await em.find(OrderEventEntity, { clientOrderId }, { orderBy: { id: 'asc' } });
  return rows.map(toEvent);
}
