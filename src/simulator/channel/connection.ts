/** One client's connection: its subscriptions, and the sequence numbers of its messages. */
import type { WebSocket } from 'ws';

import type { Clock } from '../core/clock.ts';
import type { ChannelInterceptor } from './interceptor.ts';
import type { Channel, Message } from './messages.ts';
import { AUTHENTICATION_FAILURE } from './messages.ts';

export class Connection {
  /** Channel to products, null for all of them. */
  readonly subscriptions = new Map<Channel, ReadonlySet<string> | null>();
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #interceptor: ChannelInterceptor;
  /** One count for all channels of the connection. */
  #nextSequence = 0;
  /** A message that a `swap` fault holds back until the next one is sent. */
  #held: string | null = null;
  #silent = false;
  #lastSentAt: number;

  constructor(socket: WebSocket, clock: Clock, interceptor: ChannelInterceptor) {
    this.#socket = socket;
    this.#clock = clock;
    this.#interceptor = interceptor;
    this.#lastSentAt = clock.now();
  }

  /** How long ago the last message was sent; zero once a `silence` fault has struck, so that it is not closed for it. */
  get quietMs(): number {
    return this.#silent ? 0 : this.#clock.now() - this.#lastSentAt;
  }

  send(message: Message): void {
    if (this.#silent) return;
    const fault = this.#interceptor.onMessage(message);
    switch (fault?.kind) {
      case undefined:
        this.#transmit(this.#numbered(message));
        break;
      case 'drop':
        this.#numbered(message);
        break;
      case 'duplicate': {
        const text = this.#numbered(message);
        this.#transmit(text);
        this.#transmit(text);
        break;
      }
      case 'swap':
        if (this.#held === null) this.#held = this.#numbered(message);
        else this.#transmit(this.#numbered(message));
        break;
      case 'delay':
        this.#clock.after(fault.ms, () => this.#transmit(this.#numbered(message)));
        break;
      case 'truncate': {
        const text = this.#numbered(message);
        this.#transmit(text.slice(0, text.length / 2));
        break;
      }
      case 'close':
        if (fault.code === undefined) this.#socket.terminate();
        else this.#socket.close(fault.code);
        break;
      case 'silence':
        this.#silent = true;
        break;
      case 'error':
        this.sendError(fault.message);
        this.#transmit(this.#numbered(message));
        break;
    }
  }

  /** Has no sequence number, and leaves the connection as it is. */
  sendError(message = AUTHENTICATION_FAILURE): void {
    this.#put(JSON.stringify({ type: 'error', message }));
  }

  close(): void {
    this.#socket.close();
  }

  /** Without a closing frame. */
  cut(): void {
    this.#socket.terminate();
  }

  #numbered({ channel, content }: Message): string {
    const envelope = {
      channel,
      client_id: '',
      // To the nanosecond, as the real one; the clock here knows milliseconds.
      timestamp: new Date(this.#clock.now()).toISOString().replace('Z', '000000Z'),
      sequence_num: this.#nextSequence,
      events: [content],
    };
    this.#nextSequence += 1;
    return JSON.stringify(envelope);
  }

  #transmit(text: string): void {
    this.#put(text);
    if (this.#held !== null) this.#put(this.#held);
    this.#held = null;
  }

  #put(text: string): void {
    if (this.#silent || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#lastSentAt = this.#clock.now();
    this.#socket.send(text);
  }
}
