/** The WebSocket endpoint for a user's own orders: channels `user` and `heartbeats`, on the path `/`. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import type { Clock } from '../core/clock.ts';
import type { Exchange } from '../core/exchange.ts';
import type { Order } from '../core/order.ts';
import type { Keys } from '../http/jwt.ts';
import { Connection } from './connection.ts';
import type { ChannelInterceptor } from './interceptor.ts';
import type { Request } from './messages.ts';
import { coversOrder, heartbeatMessage, readRequest, subscriptionsMessage, userMessage } from './messages.ts';
import { userView } from './user-view.ts';

/** Coinbase splits a snapshot into messages of 50 orders; the first one with fewer is the last. */
const ORDERS_PER_MESSAGE = 50;
const HEARTBEAT_MS = 1000;
const MAX_REQUEST_BYTES = 64 * 1024;

export interface ChannelOptions {
  /** A connection without a subscription is closed after this. */
  subscribeWithinMs: number;
  /** A connection on which nothing was sent for this long is closed; heartbeats keep it open. */
  quietCloseMs: number;
}

export interface ChannelParts {
  exchange: Exchange;
  keys: Keys;
  clock: Clock;
  interceptor: ChannelInterceptor;
}

export class UserChannel {
  readonly #exchange: Exchange;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #interceptor: ChannelInterceptor;
  readonly #options: ChannelOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST_BYTES });
  readonly #connections = new Set<Connection>();
  #upSeconds = 0;
  #closed = false;

  constructor({ exchange, keys, clock, interceptor }: ChannelParts, options: ChannelOptions) {
    this.#exchange = exchange;
    this.#keys = keys;
    this.#clock = clock;
    this.#interceptor = interceptor;
    this.#options = options;
    exchange.onChange((order) => this.#publish(order));
    clock.every(HEARTBEAT_MS, () => this.#sendHeartbeats());
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Connections that are subscribed to `user`. */
  get subscriberCount(): number {
    return [...this.#connections].filter(({ subscriptions }) => subscriptions.has('user')).length;
  }

  /** For the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/') refuse(socket, '404 Not Found');
    else if (this.#closed || this.#interceptor.refusesConnection()) refuse(socket, '503 Service Unavailable');
    else this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#accept(webSocket));
  }

  /** Drops all connections, and accepts no new ones. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#connections) connection.cut();
  }

  #accept(socket: WebSocket): void {
    const connection = new Connection(socket, this.#clock, this.#interceptor);
    this.#connections.add(connection);
    // One after the other, because verifying a token is asynchronous.
    let handled = Promise.resolve();
    socket.on('message', (data) => {
      handled = handled.then(() => this.#handle(textOf(data), connection));
    });
    socket.on('close', () => this.#connections.delete(connection));
    // After an invalid frame `ws` closes the connection by itself.
    socket.on('error', () => {});
    this.#clock.after(this.#options.subscribeWithinMs, () => {
      if (connection.subscriptions.size === 0) connection.close();
    });
  }

  async #handle(text: string, connection: Connection): Promise<void> {
    const request = readRequest(text);
    if (!request) return connection.sendError();
    if (request.type === 'unsubscribe') {
      // The whole channel, whatever products the request names.
      connection.subscriptions.delete(request.channel);
    } else {
      // The token is checked only now: the subscription outlives it.
      const key = await this.#keys.verify(request.jwt, null);
      if (!key || this.#interceptor.refusesSubscription(request.channel)) return connection.sendError();
      this.#subscribe(request, connection);
    }
    connection.send(subscriptionsMessage(connection.subscriptions.keys()));
  }

  /** The snapshot comes before the acknowledgement, as recorded from the real server. */
  #subscribe({ channel, productIds }: Request, connection: Connection): void {
    // The documentation says that a client must unsubscribe before it changes the products; that nothing happens if it does not is our guess.
    if (connection.subscriptions.has(channel)) return;
    connection.subscriptions.set(channel, productIds);
    if (channel !== 'user') return;
    // As in REST, PENDING and QUEUED orders do not count as open.
    const orders = [...this.#exchange.store.unended()].filter(
      (order) =>
        order.status === 'OPEN' &&
        !order.purged &&
        coversOrder(productIds, order) &&
        !this.#interceptor.leavesOut(order),
    );
    for (const [index, batch] of batches(orders).entries()) {
      connection.send(userMessage(index === 0 ? 'snapshot' : 'patch', batch.map(userView)));
    }
  }

  /** Runs within the change itself, so that an update can arrive before the answer to the POST that caused it. */
  #publish(order: Order): void {
    const subscribers = [...this.#connections].filter(({ subscriptions }) => {
      const productIds = subscriptions.get('user');
      return productIds !== undefined && coversOrder(productIds, order);
    });
    if (subscribers.length === 0 || order.purged) return;
    for (const view of this.#interceptor.updatesOf(order)) {
      for (const connection of subscribers) connection.send(userMessage('update', [view]));
    }
  }

  #sendHeartbeats(): void {
    this.#upSeconds += 1;
    for (const connection of this.#connections) {
      if (connection.subscriptions.has('heartbeats')) {
        connection.send(heartbeatMessage(this.#clock.now(), this.#upSeconds));
      } else if (connection.quietMs > this.#options.quietCloseMs) {
        connection.close();
      }
    }
  }
}

/** The last one is never full, but it may be empty. */
function batches(orders: readonly Order[]): Order[][] {
  const found: Order[][] = [];
  for (let start = 0; start <= orders.length; start += ORDERS_PER_MESSAGE) {
    found.push(orders.slice(start, start + ORDERS_PER_MESSAGE));
  }
  return found;
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '';
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => {});
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
