/** Requests to Coinbase: a slot of the budget, a signed request, and the answer's JSON or one ExchangeError. */
import {
  ExchangeError,
  type ExchangeEndpoint,
  type RequestEnd,
  type RequestPriority,
  type SendLimits,
} from '../../ports/exchange.ts';
import { parseResponse } from './responses.ts';
import { send, type HttpDependencies, type HttpRequest } from './http.ts';
import type { RequestSlot } from '../budget/request-slots.ts';
import type { JsonObject } from './json-object.ts';

const API = '/api/v3/brokerage';

export interface ApiRequest {
  endpoint: ExchangeEndpoint;
  method: 'GET' | 'POST';
  /** After `/api/v3/brokerage`. */
  path: string;
  query?: URLSearchParams;
  body?: unknown;
  /** Whose turn in the budget it takes. Default: nobody's. */
  bot?: string;
  /** Needs no token. Default false. */
  isPublic?: boolean;
}

export interface ClientOptions extends HttpDependencies {
  requestTimeoutMs: number;
  placementTimeoutMs: number;
  /** Called for every request that has ended. */
  onEnd?: (end: RequestEnd) => void;
}

type Limits = Pick<HttpRequest, 'timeoutMs' | 'signal' | 'sendBefore'>;

export class CoinbaseClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Waits for a slot of the budget before it is sent. Throws ExchangeError, or the signal's reason when it aborts. */
  async request({ bot, ...request }: ApiRequest, priority: RequestPriority, signal?: AbortSignal): Promise<JsonObject> {
    const { budget, requestTimeoutMs } = this.#options;
    const slot = await budget.acquire(priority, signal, bot);
    return this.#send(request, { timeoutMs: requestTimeoutMs, signal }, slot);
  }

  /** Sends at once, in the slot reserved before, or throws ExchangeError `not-sent`. Otherwise throws as `request` does. */
  async requestReserved(request: ApiRequest, limits: SendLimits): Promise<JsonObject> {
    const { budget, placementTimeoutMs } = this.#options;
    const slot = budget.takeReserved() ?? budget.lateSlot();
    return this.#send(request, { ...limits, timeoutMs: placementTimeoutMs }, slot);
  }

  async #send({ endpoint, ...request }: ApiRequest, limits: Limits, slot: RequestSlot): Promise<JsonObject> {
    const startedMs = performance.now();
    const end = (outcome: RequestEnd['outcome']): void =>
      this.#options.onEnd?.({ endpoint, outcome, seconds: (performance.now() - startedMs) / 1_000 });
    try {
      const answer = parseResponse(
        await send(this.#options, { ...request, ...limits, path: API + request.path }, slot),
      );
      end('answered');
      return answer;
    } catch (error) {
      end(error instanceof ExchangeError ? error.kind : 'aborted');
      throw error;
    }
  }
}
