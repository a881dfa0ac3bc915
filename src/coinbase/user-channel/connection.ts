/** One connection to Coinbase's user endpoint, from its opening to its end. */
import { WebSocket, type RawData } from 'ws';
import { messageOf } from '../../domain/message-of.ts';
import { show } from '../../domain/field-error.ts';
import type { Arrival, PushHandler, PushLoss, PushLossKind } from '../../ports/order-push.ts';
import { Deadlines } from './deadlines.ts';
import type { Signer } from '../auth/jwt.ts';
import { CHANNELS, readMessage, type ChannelMessage, type ChannelName, type OrdersMessage } from './message.ts';
import { SequenceCheck } from './sequence.ts';

/** A snapshot of 50 orders has about 60 kB. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Coinbase's snapshot comes in messages of 50 orders; one with fewer is the last. */
const ORDERS_PER_SNAPSHOT_MESSAGE = 50;
/** A snapshot of 50, 100, ... orders may have no last message, and none is promised without orders; a sweep follows anyway. */
const SNAPSHOT_WITHIN_MS = 2_000;
/** Messages out of order come close together; what is missing for longer is lost. */
const REORDERED_WITHIN_MS = 500;

export interface ConnectionOptions {
  wsUrl: string;
  sign: Signer;
  /** From the first packet to the confirmed subscriptions. */
  confirmWithinMs: number;
  silenceMs: number;
}

export interface ConnectionListener extends Pick<PushHandler, 'onOrders' | 'onConnected'> {
  /** Any message at all. */
  onAnyMessage(): void;
}

/** Resolves with the reason once the connection is closed, with null if the signal closed it. Rejects with what the listener throws. */
export async function holdConnection(
  options: ConnectionOptions,
  listener: ConnectionListener,
  signal: AbortSignal,
): Promise<PushLoss | null> {
  if (signal.aborted) return null;
  const connection = new Connection(options, listener);
  const onAbort = () => connection.end(null);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await connection.ended;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

class Connection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #socket: WebSocket;
  readonly #end = Promise.withResolvers<PushLoss | null>();
  readonly #deadlines = new Deadlines<'confirm' | 'snapshot' | 'reordered' | 'silence'>();
  readonly #sequence = new SequenceCheck();
  /** Channels that an acknowledgement named, or that sent a message. */
  readonly #confirmed = new Set<ChannelName>();
  #hasSnapshot = false;
  #isOpen = false;
  #isConnected = false;
  #hasEnded = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    // A redirect is not followed: the tokens are for this host alone.
    this.#socket = new WebSocket(options.wsUrl, {
      followRedirects: false,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    this.#deadlines.set('confirm', options.confirmWithinMs, () => this.#unconfirmed());
    this.#socket.on('open', () => void this.#subscribe());
    this.#socket.on('message', (data) => this.#onMessage(data));
    this.#socket.on('error', (error) => this.end(failure(error, this.#isOpen)));
    this.#socket.on('close', (code, reason) => this.#fail('closed', closedBecause(code, reason.toString())));
  }

  get ended(): Promise<PushLoss | null> {
    return this.#end.promise;
  }

  /** Null when it is closed on request. */
  end(loss: PushLoss | null): void {
    this.#close(() => this.#end.resolve(loss));
  }

  #fail(kind: PushLossKind, message: string): void {
    this.end({ kind, message });
  }

  #close(onClosed: () => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#deadlines.clearAll();
    if (this.#socket.readyState === WebSocket.CLOSED) return onClosed();
    this.#socket.once('close', onClosed);
    // Without a closing handshake: a peer that has gone silent would not answer it.
    this.#socket.terminate();
  }

  /** At once, because Coinbase closes a connection that has not subscribed within 5 s. A token is good for one subscription. */
  async #subscribe(): Promise<void> {
    this.#isOpen = true;
    try {
      for (const channel of CHANNELS) {
        const jwt = await this.#options.sign();
        if (this.#hasEnded) return;
        this.#socket.send(JSON.stringify({ type: 'subscribe', channel, jwt }));
      }
    } catch {
      // Without the error itself, which may hold the token.
      this.#fail('unconfirmed', 'the subscriptions could not be signed and sent');
    }
  }

  #onMessage(data: RawData): void {
    if (this.#hasEnded) return;
    this.#listener.onAnyMessage();
    const { silenceMs } = this.#options;
    this.#deadlines.set('silence', silenceMs, () => this.#fail('silent', `nothing was received for ${silenceMs} ms`));
    const message = this.#read(data);
    if (message?.kind === 'error') this.#fail('refused', `Coinbase answered ${show(message.message)}`);
    else if (message !== null) this.#handle(message);
  }

  #read(data: RawData): ChannelMessage | null {
    try {
      return readMessage(Buffer.isBuffer(data) ? data.toString() : '');
    } catch (error) {
      this.#fail('malformed', messageOf(error));
      return null;
    }
  }

  #handle(message: Exclude<ChannelMessage, { kind: 'error' }>): void {
    const arrival = this.#sequence.note(message.sequence);
    this.#watchGap();
    switch (message.kind) {
      case 'orders':
        this.#confirmed.add('user');
        this.#handleOrders(message, arrival);
        break;
      case 'acknowledged':
        for (const channel of message.channels) this.#confirmed.add(channel);
        break;
      case 'heartbeat':
        this.#confirmed.add('heartbeats');
        break;
      case 'other':
        break;
    }
    this.#confirm();
  }

  #handleOrders({ events, sentAt, sequence }: OrdersMessage, arrival: Arrival): void {
    const receivedAt = new Date().toISOString();
    for (const { kind, orders } of events) {
      if (kind === 'snapshot' && orders.length < ORDERS_PER_SNAPSHOT_MESSAGE) this.#hasSnapshot = true;
      if (orders.length === 0) continue;
      this.#notify(() => this.#listener.onOrders(orders, { kind, sentAt, receivedAt, sequence, arrival }));
    }
  }

  #watchGap(): void {
    if (this.#sequence.gap === null) return this.#deadlines.clear('reordered');
    if (this.#deadlines.has('reordered')) return;
    this.#deadlines.set('reordered', REORDERED_WITHIN_MS, () =>
      this.#fail('gap', `messages are missing: ${this.#sequence.gap}`),
    );
  }

  #confirm(): void {
    if (this.#hasEnded || this.#isConnected || this.#confirmed.size < CHANNELS.length) return;
    this.#deadlines.clear('confirm');
    if (this.#hasSnapshot) this.#connected();
    else if (!this.#deadlines.has('snapshot'))
      this.#deadlines.set('snapshot', SNAPSHOT_WITHIN_MS, () => this.#connected());
  }

  #connected(): void {
    this.#deadlines.clear('snapshot');
    this.#isConnected = true;
    this.#notify(() => this.#listener.onConnected());
  }

  #unconfirmed(): void {
    const { confirmWithinMs } = this.#options;
    if (!this.#isOpen) return this.#fail('unreachable', `no connection within ${confirmWithinMs} ms`);
    const missing = CHANNELS.filter((channel) => !this.#confirmed.has(channel));
    this.#fail('unconfirmed', `not subscribed to ${missing.join(' and ')} within ${confirmWithinMs} ms`);
  }

  /** A handler that throws is a defect of its owner, not a loss of the connection. */
  #notify(call: () => void): void {
    if (this.#hasEnded) return;
    try {
      call();
    } catch (error) {
      this.#close(() => this.#end.reject(error));
    }
  }
}

/** `ws` reports an error before it closes; only the first of the two is passed on. */
function failure(error: Error & { code?: string }, wasOpen: boolean): PushLoss {
  const why = error.code ?? error.message;
  return wasOpen
    ? { kind: 'closed', message: `the connection broke: ${why}` }
    : { kind: 'unreachable', message: `no connection: ${why}` };
}

function closedBecause(code: number, reason: string): string {
  return reason === '' ? `closed with code ${code}` : `closed with code ${code}: ${show(reason)}`;
}
