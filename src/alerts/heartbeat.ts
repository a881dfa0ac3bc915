/** Sends heartbeats to an outside watchdog, such as healthchecks.io, which alerts when they stop. */
import { Counter, type Registry } from 'prom-client';
import pRetry from 'p-retry';
import type { Logger } from '../process/log.ts';
import type { Watchdog } from '../ports/alerts.ts';

export interface HeartbeatOptions {
  /** Never logged: whoever knows it can keep the watchdog quiet. */
  url: string;
  log: Logger;
  metrics: Registry;
  /** Rejects while the feed is down: then no heartbeat is sent. */
  assertFeedUp: () => Promise<unknown>;
  /** Wait before the second and last try, default 2,000. */
  retryAfterMs?: number;
}

/** Where nobody answers, another run tries it again a minute later. */
const RETRIES = 1;
const ANSWER_WITHIN_MS = 5_000;

export class Heartbeat implements Watchdog {
  readonly #options: Required<HeartbeatOptions>;
  readonly #stopped = new AbortController();
  readonly #sent: Counter<'outcome'>;
  #sending: Promise<void> | null = null;

  constructor(options: HeartbeatOptions) {
    this.#options = { retryAfterMs: 2_000, ...options };
    this.#sent = new Counter({
      name: 'order_sync_heartbeats_total',
      help: 'Heartbeats for the outside watchdog, one after each complete run of reconciliation, by outcome',
      labelNames: ['outcome'],
      registers: [options.metrics],
    });
    for (const outcome of ['taken', 'failed', 'feed-down']) this.#sent.inc({ outcome }, 0);
  }

  /** In the background; while one is under way another says nothing new. */
  runCompleted(): void {
    if (this.#stopped.signal.aborted) return;
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#sending;
  }

  async #send(): Promise<void> {
    const { log, retryAfterMs, assertFeedUp } = this.#options;
    const { signal } = this.#stopped;
    try {
      await assertFeedUp();
    } catch (error) {
      this.#sent.inc({ outcome: 'feed-down' });
      return log.warn('no heartbeat is sent, because the feed is not up', { reason: String(error) });
    }
    try {
      await pRetry(() => this.#ask(), { retries: RETRIES, minTimeout: retryAfterMs, signal });
      this.#sent.inc({ outcome: 'taken' });
    } catch (error) {
      if (signal.aborted) return;
      this.#sent.inc({ outcome: 'failed' });
      log.warn('the heartbeat could not be delivered', { reason: String(error) });
    }
  }

  async #ask(): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const response = await fetch(this.#options.url, { signal }).catch(() => {
      // Not the original error, which may name the URL.
      throw new Error(`no answer within ${ANSWER_WITHIN_MS} ms, or no connection`);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }
}
