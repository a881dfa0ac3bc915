import { defineEntity, type InferEntity } from '@mikro-orm/postgresql';
import type { ChangeCause, ChangeSource } from '../../domain/order/trade-change.ts';
import type { OrderStateName, TradeStatus } from '../../domain/order/trade.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { id, json, now, text } from '../columns/index.ts';

/** What happened to a trade, in the order of `id`. The table is append-only; a trigger refuses UPDATE and DELETE. */
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
    cause: text<ChangeCause>(),
    source: text<ChangeSource>(),
    requestedBy: text().strictNullable(),
    reason: text().strictNullable(),
    evidence: json<Record<string, unknown>>().strictNullable(),
    /** `TradeChange.key`: the event of a change that was committed proves that it was. */
    changeKey: text().strictNullable(),
  },
});

/** The row as the domain has it. */
export function toEvent(row: InferEntity<typeof OrderEventEntity>): StoredEvent {
  const { id: _id, clientOrderId: _clientOrderId, ...event } = row;
  return event;
}
