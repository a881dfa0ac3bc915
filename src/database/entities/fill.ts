import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Fill } from '../../domain/order/exchange-order.ts';
import { id, now, numeric, text, timestamp, writtenIn } from '../columns/index.ts';

/**
 * One row per entry of the exchange's list of fills. `orderId` is the exchange's and refers to no trade, because a trade
 * can lose its exchange id again (CLIENT_ORDER_ID_MISMATCH) while what was executed stays executed.
 */
export const FillEntity = defineEntity({
  name: 'Fill',
  tableName: 'fills',
  properties: {
    id: id(),
    entryId: text(),
    tradeId: text().strictNullable(),
    orderId: text(),
    tradeTime: timestamp(),
    tradeType: text(),
    price: numeric(),
    size: numeric(),
    sizeInQuote: p.boolean(),
    commission: numeric(),
    productId: text().strictNullable(),
    side: text().strictNullable(),
    liquidityIndicator: text().strictNullable(),
    sequenceTimestamp: timestamp().strictNullable(),
    recordedAt: now(),
    writtenIn: writtenIn(),
  },
});

/** The row as the domain has it. */
export function toFill(row: InferEntity<typeof FillEntity>): Fill {
  const { id: _id, recordedAt: _recordedAt, writtenIn: _writtenIn, ...fill } = row;
  return fill;
}
