/**
 * What an exchange pushes of its own accord about the account's orders. It is quick and not to be relied upon: messages
 * get lost, and what happened between two connections is not reported. So it says where to look; polling finds the
 * rest.
 */
import type { PushedOrder } from '../domain/feed/pushed-order.ts';

/** The message that orders came in, by which a stale or repeated one is recognised. */
export interface PushMessage {
  /** `snapshot`: how open orders stood when the connection was made. `update`: an order has changed. */
  kind: 'snapshot' | 'update';
  /** When the exchange sent it, not when the order changed; null if it does not say. */
  sentAt: string | null;
  receivedAt: string;
  /** Counted by the exchange, from the start on each connection. */
  sequence: number;
  arrival: Arrival;
}

/** `early`: before others that were sent earlier. `late`: after ones that were sent later, so it may be out of date. `repeated`: not for the first time. */
export type Arrival = 'next' | 'early' | 'late' | 'repeated';

export type PushLossKind =
  /** No connection came about. */
  | 'unreachable'
  /** The exchange answered with an error: a key or token it does not take, too many requests. */
  | 'refused'
  /** Connected, but the subscriptions were not confirmed in time. */
  | 'unconfirmed'
  /** Closed by the exchange, or broken on the way. */
  | 'closed'
  /** Open, but nothing was received for too long. */
  | 'silent'
  /** Messages are missing. */
  | 'gap'
  /** A message could not be understood. */
  | 'malformed';

export interface PushLoss {
  kind: PushLossKind;
  /** For people; shows no secret. */
  message: string;
}

export interface PushHandler {
  /** Never empty. Comes before `onConnected` too: what is pushed is just as true then. */
  onOrders(orders: readonly PushedOrder[], message: PushMessage): void;
  /** From now on changes are pushed. What happened before is not known: a sweep by REST is due. */
  onConnected(): void;
  /** A connection was lost, or a try to make one: once for each. The next try is made by itself, after `retryInMs`. */
  onDisconnected(loss: PushLoss & { wasConnected: boolean; retryInMs: number }): void;
}

export interface PushHealth {
  connected: boolean;
  /** Since when it is or is not. */
  since: string;
  /** Heartbeats count; null before the first. Kept when the connection is lost. */
  lastMessageAt: string | null;
  /** Why the last connection or try was lost; null while connected, and before the first try has ended. */
  loss: PushLoss | null;
}

export interface OrderPush {
  /**
   * Connects, and connects again for as long as it takes. Resolves when the signal has aborted and all is closed. Rejects
   * with what the handler throws, closed too, and when it listens already: an account has one listener.
   */
  listen(handler: PushHandler, signal: AbortSignal): Promise<void>;
  readonly health: PushHealth;
}
