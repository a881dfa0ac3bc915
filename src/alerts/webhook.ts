/** Posts alerts to a webhook, one after the other and in the background, so that a dead receiver delays nobody. */
import pRetry from 'p-retry';
import type { Logger } from '../process/log.ts';
import type { AlertMessage } from './message.ts';

export interface WebhookOptions {
  /** Never logged: it usually holds a secret. */
  url: string;
  log: Logger;
  /** Wait before the second try, default 1,000; each further one is four times as long. */
  firstWaitMs?: number;
}

/** By default the last one comes 85 s after the first. */
const RETRIES = 4;
const ANSWER_WITHIN_MS = 5_000;
/** So many wait only when the receiver is down; then the oldest are dropped and logged. */
const MAX_WAITING = 1_000;

export class Webhook {
  readonly #options: Required<WebhookOptions>;
  readonly #stopped = new AbortController();
  #waiting: AlertMessage[] = [];
  #posting: Promise<void> | null = null;

  constructor(options: WebhookOptions) {
    this.#options = { firstWaitMs: 1_000, ...options };
  }

  send(message: AlertMessage): void {
    if (this.#stopped.signal.aborted) return;
    this.#waiting.push(message);
    if (this.#waiting.length > MAX_WAITING) {
      const dropped = this.#waiting.shift();
      this.#options.log.warn('too many alerts are waiting for the webhook; dropping the oldest', { key: dropped?.key });
    }
    this.#posting ??= this.#drain().finally(() => (this.#posting = null));
  }

  /** Gives what waits `graceMs` to go out, then gives it up. */
  async close(graceMs = 1_000): Promise<void> {
    const timer = setTimeout(() => this.#stopped.abort(), graceMs);
    await this.#posting;
    clearTimeout(timer);
    this.#stopped.abort();
  }

  async #drain(): Promise<void> {
    for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) {
      if (this.#stopped.signal.aborted) return;
      await this.#deliver(message);
    }
  }

  async #deliver(message: AlertMessage): Promise<void> {
    const { firstWaitMs, log } = this.#options;
    try {
      await pRetry(() => this.#post(message), {
        retries: RETRIES,
        minTimeout: firstWaitMs,
        factor: 4,
        signal: this.#stopped.signal,
      });
    } catch (error) {
      const reason = this.#stopped.signal.aborted ? 'the process stopped' : String(error);
      log.warn('an alert did not reach the webhook', { key: message.key, reason });
    }
  }

  /** Rejects unless it was accepted. `text` is what Slack and similar tools show; the rest is for programs. */
  async #post({ text, kind, level, key, fields }: AlertMessage): Promise<void> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, kind, level, key, ...fields }),
      signal,
      redirect: 'error' as const,
    };
    const response = await fetch(this.#options.url, request).catch(() => {
      // Not the original error, which may name the URL.
      throw new Error(`no answer within ${ANSWER_WITHIN_MS} ms, or no connection`);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  }
}
