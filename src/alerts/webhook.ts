/** Posts alerts to a webhook, one after the other and in the background, so that a dead receiver delays nobody. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../process/log.ts';
import type { AlertMessage } from './message.ts';

export interface WebhookOptions {
  /** Never logged: it usually holds a secret. */
  url: string;
  log: Logger;
  /** Waits before the second try and the following ones, milliseconds; their number bounds the tries. */
  backoffMs?: readonly number[];
}

const BACKOFF_MS = [1_000, 5_000, 15_000, 60_000];
const ANSWER_WITHIN_MS = 5_000;
/** More wait only where the receiver is dead; the oldest are dropped then, and stand in the log. */
const MOST_WAITING = 1_000;

export class Webhook {
  readonly #options: Required<WebhookOptions>;
  readonly #stopped = new AbortController();
  #waiting: AlertMessage[] = [];
  #posting: Promise<void> | null = null;

  constructor(options: WebhookOptions) {
    this.#options = { backoffMs: BACKOFF_MS, ...options };
  }

  send(message: AlertMessage): void {
    if (this.#stopped.signal.aborted) return;
    this.#waiting.push(message);
    if (this.#waiting.length > MOST_WAITING) {
      const dropped = this.#waiting.shift();
      this.#options.log.warn('too many alerts wait for the webhook; the oldest is dropped', { key: dropped?.key });
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
    const { backoffMs, log } = this.#options;
    let why = '';
    for (const waitMs of [0, ...backoffMs]) {
      try {
        await sleep(waitMs, undefined, { signal: this.#stopped.signal });
        why = await this.#post(message);
        if (why === '') return;
      } catch {
        if (this.#stopped.signal.aborted) break;
        why = `no answer within ${ANSWER_WITHIN_MS} ms, or no connection`;
      }
    }
    log.warn('an alert did not reach the webhook', { key: message.key, why });
  }

  /** Empty when it was taken. `text` is what Slack and its likes show; the rest is for programs. */
  async #post({ text, kind, level, key, fields }: AlertMessage): Promise<string> {
    const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const response = await fetch(this.#options.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, kind, level, key, ...fields }),
      signal,
      redirect: 'error',
    });
    await response.body?.cancel();
    return response.ok ? '' : `it answered ${response.status}`;
  }
}
