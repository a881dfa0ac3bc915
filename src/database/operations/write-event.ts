import type { EntityManager } from '@mikro-orm/postgresql';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { OrderEventEntity } from '../entities/order-event.ts';
import { placeholders, storeFields, type Given, type Sql } from './plain-row.ts';

export interface NewEvent extends Omit<StoredEvent, 'at' | 'changeKey'> {
  clientOrderId: string;
  /** `TradeChange.key`, for an event that comes of a change. */
  changeKey?: string;
}

/** Appends an event; its time is the database's. */
export async function writeEvent(em: EntityManager, event: NewEvent): Promise<void> {
  const { columns, values } = storeFields(em, OrderEventEntity, event);
  await em.execute(`insert into order_events (${columns.join(', ')}) values (${placeholders(values)})`, values);
}

/**
 * The same as a part of the statement that writes the trade: with the row that its part `written` returned, and not at
 * all where that returned none. Its number and its time are taken after the wait for the row, as those of all events.
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
