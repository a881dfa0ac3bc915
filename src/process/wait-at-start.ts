/** Waits, within a bound, for a server that may not be up yet when the engine starts, as after a power cut. */
import pRetry from 'p-retry';
import type { Logger } from './log.ts';

const FIRST_RETRY_AFTER_MS = 250;
const MAX_INTERVAL_MS = 2_000;
const LOG_EVERY_MS = 10_000;

export interface StartWaitOptions {
  /** From the start of the engine on, for all servers together. 0: no waiting. */
  withinMs: number;
  /** Ends the wait at once; it then rejects with the signal's reason. */
  stop?: AbortSignal | undefined;
  log: Logger;
}

export interface NeededServer {
  /** As messages call it. */
  name: string;
  /** The variable that says where it is. */
  setting: string;
  /** Whether the error says that it is not up yet; any other ends the start at once. */
  isUnavailable(error: unknown): boolean;
}

export class StartWait {
  readonly #startedMs = performance.now();
  readonly #options: StartWaitOptions;

  constructor(options: StartWaitOptions) {
    this.#options = options;
  }

  /** Resolves to the result of `attempt`. Rejects with one sentence that names the setting and the remedy when the time is up. */
  async until<Result>(server: NeededServer, attempt: () => Promise<Result>): Promise<Result> {
    const { stop } = this.#options;
    let warnedMs = -Infinity;
    try {
      return await pRetry(() => unlessStopped(attempt(), stop), {
        retries: Infinity,
        minTimeout: FIRST_RETRY_AFTER_MS,
        maxTimeout: MAX_INTERVAL_MS,
        maxRetryTime: Math.max(0, this.#leftMs),
        ...(stop && { signal: stop }),
        shouldRetry: ({ error }) => server.isUnavailable(error),
        onFailedAttempt: ({ error, retryDelay }) => {
          if (!server.isUnavailable(error) || retryDelay === 0 || performance.now() - warnedMs < LOG_EVERY_MS) return;
          warnedMs = performance.now();
          this.#warn(server, error);
        },
      });
    } catch (error) {
      if (stop?.aborted || !server.isUnavailable(error)) throw error;
      throw this.#timedOut(server, error);
    }
  }

  get #leftMs(): number {
    return this.#startedMs + this.#options.withinMs - performance.now();
  }

  #warn({ name }: NeededServer, { message }: Error): void {
    this.#options.log.warn(`waiting for ${name}`, { reason: message, forSeconds: Math.ceil(this.#leftMs / 1_000) });
  }

  #timedOut({ name, setting }: NeededServer, error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error);
    const seconds = this.#options.withinMs / 1_000;
    const waited = seconds > 0 ? `, after ${seconds} s of waiting (ORDER_SYNC_START_WITHIN_SECONDS)` : '';
    return new Error(`${reason}${waited}. Start ${name}, or correct ${setting}.`, { cause: error });
  }
}

/** An attempt that hangs is abandoned. */
function unlessStopped<Result>(attempt: Promise<Result>, stop: AbortSignal | undefined): Promise<Result> {
  if (stop === undefined) return attempt;
  return new Promise((resolve, reject) => {
    const end = (): void => reject(stop.reason as Error);
    if (stop.aborted) end();
    stop.addEventListener('abort', end, { once: true });
    attempt.then(resolve, reject).finally(() => stop.removeEventListener('abort', end));
  });
}
