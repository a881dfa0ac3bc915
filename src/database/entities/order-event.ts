import { defineEntity, type InferEntity } from '@mikro-orm/postgresql';
import type { EventCause } from '../../domain/order/trade-event.ts';
import type { FactSource } from '../../domain/order/fact.ts';
import type { OrderStateName, TradeStatus } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { id, json, now, text, writtenIn } from '../columns/index.ts';

/**
 * What happened to a trade, in the order of `id`; of all trades together, in the order of `writtenIn` and `id`, because ids
 * are given before the commit. The table is append-only; a trigger refuses UPDATE and DELETE.
 */
export const OrderEventEntity = defineEntity({
  name: 'OrderEvent',
  tableName: 'order_events',
  properties: {
    id: id(),
    clientOrderId: text(),
    at: now(),
    fromStatus: text<TradeStatus>().strictNullable(),
    toStatus: text<TradeStatus>(),
    state: text<OrderStateName>(),
    cause: text<EventCause>(),
    source: text<FactSource>(),
    requestedBy: text().strictNullable(),
    sentBy: text().strictNullable(),
    reason: text().strictNullable(),
    evidence: json<Record<string, unknown>>().strictNullable(),
    /** The event of a fact that was applied proves that it was. */
    factKey: text().strictNullable(),
    writtenIn: writtenIn(),
  },
});

/** The row as the domain has it. */
export function toEvent(row: InferEntity<typeof OrderEventEntity>): StoredEvent {
  const { id: _id, clientOrderId: _clientOrderId, writtenIn: _writtenIn, ...event } = row;
  return event;
}
