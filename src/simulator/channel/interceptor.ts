/** Between the exchange and the clients of its WebSocket: here faults are injected. */
import type { Order } from '../core/order.ts';
import type { Channel, Message } from './messages.ts';
import type { UserView } from './user-view.ts';

/** What becomes of a message on its way to one client. */
export type MessageFault =
  /** Not sent; its sequence number is missing. */
  | { kind: 'drop' }
  /** Sent twice under one sequence number. */
  | { kind: 'duplicate' }
  /** Sent after the next message, which has the higher sequence number. */
  | { kind: 'swap' }
  /** Sent late, numbered then, and by then out of date; others overtake it. */
  | { kind: 'delay'; ms: number }
  /** Sent with its second half missing: no JSON, and no sequence number to be read. */
  | { kind: 'truncate' }
  /** The connection is closed in place of it: with this code, or by default cut without a closing frame. */
  | { kind: 'close'; code?: number }
  /** Neither this nor any later message is sent, heartbeats neither; the connection stays open. */
  | { kind: 'silence' }
  /** An error comes before it, by default the one of a bad token; the connection stays open. */
  | { kind: 'error'; message?: string };

export interface ChannelInterceptor {
  /** True if a new connection is refused. */
  refusesConnection(): boolean;
  /** True if a subscription is refused although the token is good. */
  refusesSubscription(channel: Channel): boolean;
  /** What the updates say of an order that has changed: usually how it is, once. */
  updatesOf(order: Order): UserView[];
  /** True if the snapshot leaves the order out. */
  leavesOut(order: Order): boolean;
  /** Null for a message that goes its way. */
  onMessage(message: Message): MessageFault | null;
}
