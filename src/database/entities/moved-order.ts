import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { MovedOrder } from '../../domain/order/moved-order.ts';
import { id, json, now, text, writtenIn } from '../columns/index.ts';

/** Append-only. The rows that it speaks of were deleted in the transaction that wrote it. */
export const MovedOrderEntity = defineEntity({
  name: 'MovedOrder',
  tableName: 'moved_orders',
  properties: {
    id: id(),
    clientOrderId: text(),
    /** The exchange's; null of an order that it never had. */
    orderId: text().strictNullable(),
    bundleSha256: text(),
    events: p.integer(),
    fills: p.integer(),
    histories: p.integer(),
    /** Of the transparency log, by their indexes: those whose rows are gone. */
    leaves: json<number[]>(),
    movedAt: now(),
    requestedBy: text().strictNullable(),
    sentBy: text().strictNullable(),
    reason: text().strictNullable(),
    writtenIn: writtenIn(),
  },
});

/** The row as the domain has it. */
export function toMovedOrder(row: InferEntity<typeof MovedOrderEntity>): MovedOrder {
  const { id: _id, orderId: _orderId, leaves: _leaves, writtenIn: _writtenIn, ...moved } = row;
  return moved;
}
