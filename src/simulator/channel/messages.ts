/** The messages between client and server. */
import type { Order } from '../core/order.ts';
import { USER_ID } from '../http/order-view.ts';
import type { UserView } from './user-view.ts';

export const CHANNELS = ['user', 'heartbeats'] as const;

/** What a client may subscribe to. Coinbase has its market data channels at another endpoint, which is not simulated. */
export type Channel = (typeof CHANNELS)[number];

/** A message to a client before it has its sequence number. */
export interface Message {
  channel: Channel | 'subscriptions';
  /** Of the `user` channel; null for the others. */
  event: 'snapshot' | 'patch' | 'update' | null;
  /** The orders that it reports. */
  orders: readonly UserView[];
  /** The one element of `events`. */
  content: object;
}

/** The real server answers this to nearly every bad request, an unknown channel too. */
export const AUTHENTICATION_FAILURE = 'authentication failure';

export interface Request {
  type: 'subscribe' | 'unsubscribe';
  channel: Channel;
  /** Null for all. */
  productIds: ReadonlySet<string> | null;
  jwt: string;
}

/** Null for anything but a valid request. */
export function readRequest(text: string): Request | null {
  let fields: Record<string, unknown>;
  try {
    fields = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { type, jwt = '', product_ids: productIds = [] } = fields;
  const channel = CHANNELS.find((known) => known === fields['channel']);
  if ((type !== 'subscribe' && type !== 'unsubscribe') || channel === undefined || typeof jwt !== 'string') return null;
  if (!Array.isArray(productIds) || !productIds.every((id) => typeof id === 'string')) return null;
  return { type, channel, jwt, productIds: productIds.length === 0 ? null : new Set<string>(productIds) };
}

export function userMessage(event: 'snapshot' | 'patch' | 'update', orders: readonly UserView[]): Message {
  const positions = {
    perpetual_futures_positions: [],
    expiring_futures_positions: [],
    prediction_market_positions: [],
  };
  return { channel: 'user', event, orders, content: { type: event, orders, positions } };
}

/** Lists all that the client is subscribed to now. */
export function subscriptionsMessage(channels: Iterable<Channel>): Message {
  const names: Record<Channel, string> = { user: USER_ID, heartbeats: 'heartbeats' };
  const subscriptions = Object.fromEntries([...channels].map((channel) => [channel, [names[channel]]]));
  return { channel: 'subscriptions', event: null, orders: [], content: { subscriptions } };
}

/** `upSeconds` is the counter, too: the real one says how long the server is up. */
export function heartbeatMessage(now: number, upSeconds: number): Message {
  // As Go prints a time, which is how the real server does it.
  const [date, time] = new Date(now).toISOString().split(/[TZ]/);
  const content = {
    current_time: `${date} ${time}000000 +0000 UTC m=+${upSeconds}.000000000`,
    heartbeat_counter: upSeconds,
  };
  return { channel: 'heartbeats', event: null, orders: [], content };
}

/** Whether a subscription to these products includes the order. */
export function coversOrder(productIds: ReadonlySet<string> | null, order: Order): boolean {
  return productIds === null || productIds.has(order.product.productId) || productIds.has(order.reportedProductId);
}
