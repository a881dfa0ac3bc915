/** What Coinbase's user endpoint sends, read and checked. */
import type { PushedOrder } from '../../domain/feed/pushed-order.ts';
import type { PushMessage } from '../../ports/order-push.ts';
import { ExchangeError } from '../../ports/exchange.ts';
import { JsonObject, malformed } from '../rest/json-object.ts';

export const CHANNELS = ['user', 'heartbeats'] as const;
export type ChannelName = (typeof CHANNELS)[number];

export type ChannelMessage =
  /** Has no number. The connection may stay open after it, and yet carry nothing. */
  | { kind: 'error'; message: string }
  | OrdersMessage
  /** Names all channels that the connection is subscribed to. */
  | { kind: 'acknowledged'; sequence: number; channels: ChannelName[] }
  /** Of the `heartbeats` channel, or of one that nobody asked for: it counts, and that is all. */
  | { kind: 'heartbeat' | 'other'; sequence: number };

export interface OrdersMessage {
  kind: 'orders';
  sequence: number;
  sentAt: string | null;
  events: OrdersEvent[];
}

export interface OrdersEvent {
  kind: PushMessage['kind'];
  orders: PushedOrder[];
}

const WHERE = 'user channel';

/** Throws ExchangeError `malformed-answer` for what cannot be understood. */
export function readMessage(text: string): ChannelMessage {
  const message = new JsonObject(parse(text), WHERE);
  if (message.remark('type') === 'error') return { kind: 'error', message: message.remark('message') ?? 'no reason' };
  const channel = message.required('channel');
  const sequence = message.count('sequence_num');
  if (sequence === null) throw message.malformed('sequence_num is missing');
  switch (channel) {
    case 'user':
      return {
        kind: 'orders',
        sequence,
        sentAt: message.time('timestamp'),
        events: message.list('events').map(readEvent),
      };
    case 'subscriptions':
      return { kind: 'acknowledged', sequence, channels: message.list('events').flatMap(acknowledgedChannels) };
    case 'heartbeats':
      return { kind: 'heartbeat', sequence };
    default:
      return { kind: 'other', sequence };
  }
}

function readEvent(event: JsonObject): OrdersEvent {
  // The batches of a snapshot after the first are called `patch`, in Coinbase's own example.
  const isSnapshot = ['snapshot', 'patch'].includes(event.required('type'));
  return { kind: isSnapshot ? 'snapshot' : 'update', orders: event.listOrNone('orders').map(readOrder) };
}

const NOTHING_KNOWN: Omit<PushedOrder, 'orderId'> = {
  clientOrderId: null,
  productId: null,
  side: null,
  status: 'UNKNOWN_ORDER_STATUS',
  filledSize: null,
  averageFilledPrice: null,
  filledValue: null,
  totalFees: null,
  numberOfFills: null,
  createdTime: null,
  reason: null,
};

/**
 * An order that cannot be read counts as one without any fields, so that it is asked for. As an error it would end the
 * connection, and each one after it, because the next snapshot has the same order.
 */
function readOrder(order: JsonObject): PushedOrder {
  const orderId = order.required('order_id');
  try {
    return { orderId, ...readFields(order) };
  } catch (error) {
    if (error instanceof ExchangeError) return { orderId, ...NOTHING_KNOWN };
    throw error;
  }
}

/** Payloads of different age differ in what they carry; the id alone is always there. */
function readFields(order: JsonObject): Omit<PushedOrder, 'orderId'> {
  return {
    clientOrderId: order.text('client_order_id'),
    productId: order.text('product_id'),
    side: order.text('order_side'),
    status: order.text('status') ?? 'UNKNOWN_ORDER_STATUS',
    filledSize: order.decimal('cumulative_quantity'),
    averageFilledPrice: order.nonZeroDecimal('avg_price'),
    filledValue: order.decimal('filled_value'),
    totalFees: order.decimal('total_fees'),
    numberOfFills: order.count('number_of_fills'),
    createdTime: order.time('creation_time'),
    // Its documentation spells it both ways.
    reason: order.text('reject_reason') ?? order.text('reject_Reason') ?? order.text('cancel_reason'),
  };
}

function acknowledgedChannels(event: JsonObject): ChannelName[] {
  const subscriptions = event.record('subscriptions') ?? {};
  return CHANNELS.filter((channel) => Object.hasOwn(subscriptions, channel));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(WHERE, `it is not JSON, ${text.length} characters long`);
  }
}
