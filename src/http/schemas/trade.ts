/** A trade as the database has it, with its events and fills, and the state of an order. */
import { Type, type Static } from 'typebox';
import type { OrderRecord } from '../../commands/order-record.ts';
import type { MovedOrder as Moved } from '../../domain/order/moved-order.ts';
import type { Trade as TradeRow } from '../../domain/order/trade.ts';
import type { OrderState as OrderStateAnswer } from '../../domain/order/order-state.ts';
import type { StoredEvent } from '../../ports/trade-store.ts';
import { POLICY_FIELDS, type OrderPolicy } from '../../domain/order/policy.ts';
import { snakeKeys, snakeName, type Snake } from '../../domain/names.ts';
import { Decimal, Layer, nullable, ref, Side, State, Status, Time } from './common.ts';

const SENT_BY =
  "Who sent it, as the engine knows it: `http:` and the token's name, the command's user and host, or the identity of the Temporal client";

const Json = Type.Record(Type.String(), Type.Unknown());

const Policy = Type.Unsafe<Snake<OrderPolicy>>(
  Type.Object(Object.fromEntries(POLICY_FIELDS.map((field) => [snakeName(field), Type.Integer()]))),
);

const tradeFields = {
  client_order_id: Type.String(),
  order_id: nullable(Type.String({ description: "The exchange's; null until accepted" })),
  bot_id: Type.String(),
  product_id: Type.String(),
  side: Side,
  order_configuration: Json,
  policy: Policy,
  status: Status,
  post_attempts: Type.Integer({ description: 'How many times a POST was about to be sent' }),
  post_attempted_at: nullable(Time),
  immediate_fill: Type.Boolean(),
  fill_detected_at: nullable(Time),
  filled_at: nullable(Time),
  detected_by: nullable(Layer),
  filled_size: Decimal,
  average_filled_price: nullable(Decimal),
  filled_value: nullable(Decimal),
  total_fees: nullable(Decimal),
  fills_complete: Type.Boolean(),
  reason: nullable(Type.String()),
  stale_since: nullable(Time),
  created_at: Time,
  updated_at: Time,
};

export const Trade = Type.Object(tradeFields, { $id: 'Trade' });

export const OrderEvent = Type.Object(
  {
    at: Time,
    from_status: nullable(Status),
    to_status: Status,
    state: State,
    cause: Type.String(),
    source: Type.String({ description: 'Where it was learned: a look, a push, a signal, ...' }),
    requested_by: nullable(Type.String({ description: 'Who asked, as they say themselves' })),
    sent_by: nullable(Type.String({ description: SENT_BY })),
    reason: nullable(Type.String()),
    evidence: nullable(Json),
  },
  { $id: 'OrderEvent' },
);

export const OrderFill = Type.Object(
  {
    entry_id: Type.String(),
    trade_id: nullable(Type.String()),
    order_id: Type.String(),
    trade_time: Time,
    trade_type: Type.String(),
    price: Decimal,
    size: Decimal,
    size_in_quote: Type.Boolean(),
    commission: Decimal,
    product_id: nullable(Type.String()),
    side: nullable(Type.String()),
    liquidity_indicator: nullable(Type.String()),
    sequence_timestamp: nullable(Time),
  },
  { $id: 'Fill' },
);

export const MovedOrder = Type.Object(
  {
    moved_at: Time,
    bundle_sha256: Type.String({ description: "SHA-256 of the audit bundle's manifest.json, in hexadecimal" }),
    events: Type.Integer({ description: 'How many were moved' }),
    fills: Type.Integer(),
    histories: Type.Integer(),
    requested_by: nullable(Type.String()),
    sent_by: nullable(Type.String({ description: SENT_BY })),
    reason: nullable(Type.String()),
  },
  { $id: 'MovedOrder', description: 'Where the events and fills of an order are that was moved out of the database' },
);

export const OrderDetail = Type.Object(
  {
    ...tradeFields,
    moved_out: nullable(ref(MovedOrder)),
    events: Type.Array(ref(OrderEvent)),
    fills: Type.Array(ref(OrderFill)),
  },
  { $id: 'OrderDetail', description: 'The trade, its events and its fills, oldest first' },
);

export const OrderState = Type.Object(
  {
    client_order_id: tradeFields.client_order_id,
    bot_id: tradeFields.bot_id,
    product_id: tradeFields.product_id,
    side: tradeFields.side,
    order_id: tradeFields.order_id,
    state: State,
    status: tradeFields.status,
    exchange_status: nullable(Type.String()),
    filled_size: tradeFields.filled_size,
    average_filled_price: tradeFields.average_filled_price,
    total_fees: tradeFields.total_fees,
    immediate_fill: tradeFields.immediate_fill,
    fill_detected_at: tradeFields.fill_detected_at,
    filled_at: tradeFields.filled_at,
    detected_by: tradeFields.detected_by,
    fills_complete: tradeFields.fills_complete,
    last_checked_at: nullable(Time),
    stale_since: tradeFields.stale_since,
    reason: tradeFields.reason,
  },
  { $id: 'OrderState' },
);

export function tradeView(trade: TradeRow): Static<typeof Trade> {
  return { ...snakeKeys(trade), policy: snakeKeys(trade.policy) };
}

export function orderView(trade: TradeRow, { moved, events, fills }: OrderRecord): Static<typeof OrderDetail> {
  return {
    ...tradeView(trade),
    moved_out: moved && movedView(moved),
    events: events.map(eventView),
    fills: fills.map(snakeKeys),
  };
}

function movedView({ clientOrderId: _clientOrderId, ...moved }: Moved): Static<typeof MovedOrder> {
  return snakeKeys(moved);
}

function eventView({ factKey: _factKey, ...event }: StoredEvent): Static<typeof OrderEvent> {
  return snakeKeys(event);
}

export function stateView(state: OrderStateAnswer): Static<typeof OrderState> {
  return snakeKeys(state);
}
