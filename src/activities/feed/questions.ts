/** Questions to the exchange of which the feed only learns that they were not answered, and why the last one was not. */
import { log } from '@temporalio/activity';
import { ExchangeError } from '../../ports/exchange.ts';

export class Questions {
  readonly signal: AbortSignal;
  #lastError: string | null = null;

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  /** Why the last question had no answer; null when it had one. */
  get lastError(): string | null {
    return this.#lastError;
  }

  /** An error when no answer came: nothing is concluded from that. Throws what is no error of the exchange. */
  async ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | ExchangeError> {
    try {
      const answer = await question(this.signal);
      this.#lastError = null;
      return answer;
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      this.#lastError = error.message;
      log.debug('a sweep was not answered', { error: error.message });
      return error;
    }
  }
}
