/** Requests to Coinbase: a slot of the budget, a signed request, and the answer's JSON or one ExchangeError. */
import type { RequestPriority, SendLimits } from '../../ports/exchange.ts';
import { parseResponse } from './responses.ts';
import { send, type HttpDependencies } from './http.ts';
import type { JsonObject } from './json-object.ts';

const API = '/api/v3/brokerage';

export interface ApiRequest {
  method: 'GET' | 'POST';
  /** After `/api/v3/brokerage`. */
  path: string;
  query?: URLSearchParams;
  body?: unknown;
  /** Needs no token. Default false. */
  isPublic?: boolean;
}

export interface ClientOptions extends HttpDependencies {
  requestTimeoutMs: number;
  placementTimeoutMs: number;
}

export class CoinbaseClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Waits for a slot of the budget before it is sent. Throws ExchangeError, or the signal's reason when it aborts. */
  async request(request: ApiRequest, priority: RequestPriority, signal?: AbortSignal): Promise<JsonObject> {
    const { budget, requestTimeoutMs } = this.#options;
    const slot = await budget.acquire(priority, signal);
    const httpRequest = { ...request, path: API + request.path, timeoutMs: requestTimeoutMs, signal };
    return parseResponse(await send(this.#options, httpRequest, slot));
  }

  /** Sends at once, in the slot reserved before, or throws ExchangeError `not-sent`. Otherwise throws as `request` does. */
  async requestReserved(request: ApiRequest, limits: SendLimits): Promise<JsonObject> {
    const { budget, placementTimeoutMs } = this.#options;
    const httpRequest = { ...request, ...limits, path: API + request.path, timeoutMs: placementTimeoutMs };
    return parseResponse(await send(this.#options, httpRequest, budget.takeReserved() ?? budget.lateSlot()));
  }
}
