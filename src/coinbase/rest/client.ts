/** Asks Coinbase: a slot of the budget, a signed request, and the answer's JSON or one ExchangeError. */
import type { RequestPriority, SendLimits } from '../../ports/exchange.ts';
import { readAnswer } from './answers.ts';
import { send, type HttpParts } from './http.ts';
import type { JsonObject } from './json-object.ts';

export const API = '/api/v3/brokerage';

export interface Question {
  method: 'GET' | 'POST';
  /** After `/api/v3/brokerage`. */
  path: string;
  query?: URLSearchParams;
  body?: unknown;
}

export interface ClientOptions extends HttpParts {
  requestTimeoutMs: number;
  placementTimeoutMs: number;
}

export class CoinbaseClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Waits for a slot of the budget, then asks. Throws ExchangeError, or the signal's reason when it aborts. */
  async ask(question: Question, priority: RequestPriority, signal?: AbortSignal): Promise<JsonObject> {
    const { budget, requestTimeoutMs } = this.#options;
    const slot = await budget.acquire(priority, signal);
    const request = { ...question, path: API + question.path, timeoutMs: requestTimeoutMs, signal };
    return readAnswer(await send(this.#options, request, slot));
  }

  /** Asks at once, in the slot reserved before, or throws ExchangeError `not-sent`. Otherwise throws as `ask` does. */
  async askReserved(question: Question, limits: SendLimits): Promise<JsonObject> {
    const { budget, placementTimeoutMs } = this.#options;
    const request = { ...question, ...limits, path: API + question.path, timeoutMs: placementTimeoutMs };
    return readAnswer(await send(this.#options, request, budget.takeReserved() ?? budget.lateSlot()));
  }
}
