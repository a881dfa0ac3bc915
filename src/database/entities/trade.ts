import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { OrderConfiguration } from '../../domain/order/order-configuration.ts';
import type { OrderPolicy } from '../../domain/order/policy.ts';
import type { Layer, Side, Trade, TradeStatus } from '../../domain/order/trade.ts';
import { id, json, now, numeric, PolicyType, text, timestamp } from '../columns/index.ts';

/** One row per order. The properties are the fields of the domain's `Trade`, and `id`. */
export const TradeEntity = defineEntity({
  name: 'Trade',
  tableName: 'trades',
  properties: {
    id: id(),
    clientOrderId: text(),
    orderId: text().strictNullable(),
    botId: text(),
    productId: text(),
    side: text<Side>(),
    orderConfiguration: json<OrderConfiguration>(),
    policy: p.type(PolicyType).$type<OrderPolicy>(),
    status: text<TradeStatus>(),
    postAttempts: p.integer().default(0),
    postAttemptedAt: timestamp().strictNullable(),
    postDenials: p.integer().default(0),
    immediateFill: p.boolean().default(false),
    fillDetectedAt: timestamp().strictNullable(),
    filledAt: timestamp().strictNullable(),
    detectedBy: text<Layer>().strictNullable(),
    filledSize: numeric().default('0'),
    averageFilledPrice: numeric().strictNullable(),
    filledValue: numeric().strictNullable(),
    totalFees: numeric().strictNullable(),
    fillsComplete: p.boolean().default(false),
    reason: text().strictNullable(),
    staleSince: timestamp().strictNullable(),
    monitoredSince: timestamp().strictNullable(),
    endedAt: timestamp().strictNullable(),
    exchangeStatus: text().strictNullable(),
    pendingCancel: p.boolean().default(false),
    lastCheckedAt: timestamp().strictNullable(),
    cancelRequestedAt: timestamp().strictNullable(),
    cancelSubmittedAt: timestamp().strictNullable(),
    createdAt: now(),
    updatedAt: now(),
  },
});

export type TradeRow = InferEntity<typeof TradeEntity>;

/** The row as the domain has it: plain data without the database's own id. */
export function toTrade({ id: _id, ...trade }: TradeRow): Trade {
  return trade;
}
