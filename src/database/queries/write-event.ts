import type { EntityManager } from '@mikro-orm/postgresql';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { OrderEventEntity } from '../entities/order-event.ts';
import { placeholders, storeFields, type Given, type Sql } from './plain-row.ts';

export interface NewEvent extends Omit<StoredEvent, 'at' | 'factKey'> {
  clientOrderId: string;
  /** Of the fact that was applied. */
  factKey?: string;
}

/**
 * The statement that writes a trade, or holds it, and appends the event: with the row that its part `written` returned, and
 * not at all where that returned none. Its number and its time are the database's, taken after the wait for the row.
 */
export function withEvent(em: EntityManager, written: Sql, event: Given<NewEvent>): Sql {
  const { columns, values } = storeFields(em, OrderEventEntity, event);
  return {
    sql: `with written as (${written.sql}),
      noted as (insert into order_events (${columns.join(', ')}) select ${placeholders(values)} from written)
      select * from written`,
    parameters: [...written.parameters, ...values],
  };
}
