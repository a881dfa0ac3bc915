/** Asks Coinbase: a place in the budget, a signed request, and the answer's JSON or one ExchangeError. */
import type { RequestPriority } from '../../ports/exchange.ts';
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
  /** Called for every request that goes out. */
  onRequest?: () => void;
}

export class CoinbaseClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  reservePlacement(signal?: AbortSignal): Promise<void> {
    return this.#options.budget.reserve(signal);
  }

  /** Waits for a place, then asks. Throws ExchangeError, or the signal's reason when it aborts. */
  async ask(question: Question, priority: RequestPriority, signal?: AbortSignal): Promise<JsonObject> {
    const { budget, requestTimeoutMs, onRequest } = this.#options;
    const place = await budget.take(priority, signal);
    onRequest?.();
    const request = { ...question, path: API + question.path, timeoutMs: requestTimeoutMs, signal };
    return readAnswer(await send(this.#options, request, place));
  }

  /** Asks at once, in the place reserved before. Throws as `ask` does. */
  async askReserved(question: Question, signal?: AbortSignal): Promise<JsonObject> {
    const { budget, placementTimeoutMs, onRequest } = this.#options;
    onRequest?.();
    const request = { ...question, path: API + question.path, timeoutMs: placementTimeoutMs, signal };
    return readAnswer(await send(this.#options, request, budget.reserved()));
  }
}
