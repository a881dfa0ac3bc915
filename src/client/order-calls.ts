/** How every call about an order is made: within its time, repeated after errors that can pass, with the client's errors. */
import { isClientOrderId } from '../domain/order/order-request.ts';
import { InvalidOrderRequestError, OrderNotFoundError, WaitTimeoutError } from './errors.ts';
import { withRetries, withTimeout, type CallOptions } from './retry.ts';
import { Client } from '@temporalio/client';
import { translate, unreachable, type Context } from './translate.ts';
import type { Engine } from './workflow-calls.ts';

const PROBE_TIMEOUT_MS = 1_000;

/** What a call does until it is stopped. */
type Work<Result> = (engine: Engine, stop: AbortSignal) => Promise<Result>;

type Options = CallOptions & { identity?: string | undefined };

export interface OrderCallsOptions {
  /** What error messages call it. */
  temporal: string;
  /** The client's connection does not answer. */
  onSilent(client: Client): void;
}

export class OrderCalls {
  readonly #engine: Engine;
  readonly #options: OrderCallsOptions;

  constructor(engine: Engine, options: OrderCallsOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /** About an order that must be there. A run that was started with its id alone is refused where it is not. */
  async known<Result>(clientOrderId: string, options: Options, work: Work<Result>): Promise<Result> {
    if (!isClientOrderId(clientOrderId)) throw new OrderNotFoundError(clientOrderId);
    try {
      return await this.any(clientOrderId, options, work);
    } catch (error) {
      throw error instanceof InvalidOrderRequestError ? new OrderNotFoundError(clientOrderId) : error;
    }
  }

  /** When the time is up, the last of the errors that can pass is thrown. */
  any<Result>(clientOrderId: string, options: Options, work: Work<Result>): Promise<Result> {
    const { taskQueue } = this.#engine;
    const context: Context = { clientOrderId, taskQueue, temporal: this.#options.temporal };
    const attempt = async (stop: AbortSignal): Promise<Result> => {
      try {
        const engine = this.#engineFor(options.identity);
        return await engine.client.withAbortSignal(stop, () => work(engine, stop));
      } catch (error) {
        throw translate(error, context);
      }
    };
    return withRetries(options, attempt, (timeoutMs) => this.#whyLate(clientOrderId, timeoutMs));
  }

  /** Over the same connection. A client of Temporal's has one identity. */
  #engineFor(identity: string | undefined): Engine {
    if (identity === undefined) return this.#engine;
    const { client, taskQueue } = this.#engine;
    return { client: new Client({ ...client.options, connection: client.connection, identity }), taskQueue };
  }

  /** A silence may mean that the order takes its time or that Temporal is unreachable. */
  async #whyLate(clientOrderId: string, timeoutMs: number): Promise<Error> {
    const { client, taskQueue } = this.#engine;
    const unavailable = unreachable(this.#options.temporal);
    const probe = (stop: AbortSignal) =>
      client.withAbortSignal(stop, () => client.connection.workflowService.getSystemInfo({}));
    try {
      await withTimeout({ timeoutMs: PROBE_TIMEOUT_MS }, probe, () => unavailable);
      return new WaitTimeoutError(clientOrderId, taskQueue, timeoutMs);
    } catch (error) {
      // Any other error is an answer: the connection is known to be lost, and gRPC opens another by itself.
      if (error === unavailable) this.#options.onSilent(client);
      return unavailable;
    }
  }
}
