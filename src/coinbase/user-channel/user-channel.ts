/** The port `OrderPush` over Coinbase's `user` channel, with `heartbeats` beside it as a sign of life. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderPush, PushHandler, PushHealth } from '../../ports/order-push.ts';
import { createSigner } from '../auth/jwt.ts';
import { whyNotAllowed } from '../auth/live-guard.ts';
import { holdConnection, type ConnectionListener, type ConnectionOptions } from './connection.ts';

export interface UserChannelSettings {
  /** Scheme, host and port, no path. */
  wsUrl: string;
  keyName: string;
  /** As `importPrivateKey` takes it. */
  privateKey: string;
  /** How far the exchange's clock is ahead of ours, as far as that is known. Default: they are taken to agree. */
  clockOffsetMs?: () => number;
  /** The operator's `ORDER_SYNC_LIVE=yes`; without it only loopback is spoken to. Default false. */
  live?: boolean;
  /** Heartbeats come each second, so a connection that was quiet for so long is dead. A false alarm costs a sweep. Default 5,000. */
  silenceMs?: number;
  /** From the first packet of a connection to its confirmed subscriptions. Default 7,000. */
  confirmWithinMs?: number;
  /** The wait before the first try to connect again; each further one waits twice as long. Default 250. */
  firstRetryMs?: number;
  /** The waits grow no further than this. Default 30,000. */
  longestRetryMs?: number;
}

/** The loss of a connection that held for so long begins a new series of failures. */
const SERIES_ENDS_AFTER_MS = 10_000;

/** Connects to nothing yet. Throws an Error for an address that may not be used and for a key that cannot be read. */
export function connectUserChannel(settings: UserChannelSettings): OrderPush {
  const { wsUrl, keyName, privateKey } = settings;
  const problem = whyNotAllowed(wsUrl, 'ws', { live: settings.live ?? false, hasKey: true });
  if (problem !== null) throw new Error(`The address of Coinbase's WebSocket ${problem}`);
  return new UserChannel({
    wsUrl,
    sign: createSigner(keyName, privateKey, settings.clockOffsetMs),
    confirmWithinMs: settings.confirmWithinMs ?? 7_000,
    silenceMs: settings.silenceMs ?? 5_000,
    firstRetryMs: settings.firstRetryMs ?? 250,
    longestRetryMs: settings.longestRetryMs ?? 30_000,
  });
}

interface RetryOptions {
  firstRetryMs: number;
  longestRetryMs: number;
}

type UserChannelOptions = ConnectionOptions & RetryOptions;

class UserChannel implements OrderPush {
  readonly #options: UserChannelOptions;
  #isListening = false;
  #health: PushHealth = { connected: false, since: now(), lastMessageAt: null, loss: null };

  constructor(options: UserChannelOptions) {
    this.#options = options;
  }

  get health(): PushHealth {
    return this.#health;
  }

  async listen(handler: PushHandler, signal: AbortSignal): Promise<void> {
    if (this.#isListening) throw new Error('The user channel is listened to already');
    this.#isListening = true;
    try {
      await this.#keepConnected(handler, signal);
    } finally {
      this.#isListening = false;
      if (this.#health.connected) this.#health = { ...this.#health, connected: false, since: now() };
    }
  }

  async #keepConnected(handler: PushHandler, signal: AbortSignal): Promise<void> {
    let failures = 0;
    for (;;) {
      const loss = await holdConnection(this.#options, this.#listenFor(handler), signal);
      if (loss === null) return;
      const { connected: wasConnected, since } = this.#health;
      const wasGood = wasConnected && Date.now() - Date.parse(since) >= SERIES_ENDS_AFTER_MS;
      failures = wasGood ? 1 : failures + 1;
      const retryInMs = retryMs(failures, this.#options, Math.random());
      this.#health = { ...this.#health, connected: false, since: wasConnected ? now() : since, loss };
      handler.onDisconnected({ ...loss, wasConnected, retryInMs });
      // It rejects when the signal aborts, which the next turn sees.
      await sleep(retryInMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #listenFor(handler: PushHandler): ConnectionListener {
    return {
      onAnyMessage: () => {
        this.#health = { ...this.#health, lastMessageAt: now() };
      },
      onOrders: (orders, message) => handler.onOrders(orders, message),
      onConnected: () => {
        this.#health = { ...this.#health, connected: true, since: now(), loss: null };
        handler.onConnected();
      },
    };
  }
}

/** Doubles with each failure, less a random part of up to a half, so that many clients do not return at once. */
export function retryMs(failures: number, { firstRetryMs, longestRetryMs }: RetryOptions, chance: number): number {
  const whole = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1));
  return Math.round(whole * (1 - chance / 2));
}

function now(): string {
  return new Date().toISOString();
}
