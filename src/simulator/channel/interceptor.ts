/** Stands between the exchange and the clients of its WebSocket, and injects faults. */
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
  /** Sent late, out of date by then; it gets its sequence number when it is sent, and others overtake it. */
  | { kind: 'delay'; ms: number }
  /** Cut in half, so that it is not valid JSON and has no readable sequence number. */
  | { kind: 'truncate' }
  /** The connection is closed instead: with this code, or by default without a close frame. */
  | { kind: 'close'; code?: number }
  /** Neither this nor any later message is sent, not even heartbeats; the connection stays open. */
  | { kind: 'silence' }
  /** An error message is sent first, by default the one for a bad token; the connection stays open. */
  | { kind: 'error'; message?: string };

export interface ChannelInterceptor {
  /** True if a new connection is refused. */
  refusesConnection(): boolean;
  /** True if a subscription is refused although the token is good. */
  refusesSubscription(channel: Channel): boolean;
  /** The updates that report a changed order: without a fault one, with the order as it is. */
  updatesOf(order: Order): UserView[];
  /** True if the snapshot leaves the order out. */
  leavesOut(order: Order): boolean;
  /** Null for a message that is sent as it is. */
  onMessage(message: Message): MessageFault | null;
}
