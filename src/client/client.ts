/** What a bot uses: places orders and asks for them, by client order id. */
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { messageOf } from '../domain/message-of.ts';
import type { Requester } from '../domain/order/requester.ts';
import { checkOrderRequest, type OrderRequest } from '../domain/order/order-request.ts';
import { readResolution } from '../domain/order/resolve.ts';
import type { OrderOutcome, OrderState } from '../domain/order/order-state.ts';
import type { SyncReport } from '../domain/order/sync-report.ts';
import { UNENCRYPTED } from '../encryption/payload-codec.ts';
import { InvalidOrderRequestError, InvalidResolutionError, OrderSyncError } from './errors.ts';
import { OrderCalls } from './order-calls.ts';
import type { CallOptions } from './retry.ts';
import { translate, unreachable } from './translate.ts';
import { readOutcome, readState, signalWithStart, updateWithStart, type Engine } from './workflow-calls.ts';

export interface ClientOptions {
  /** That of the engine's workers. Default `orders`. */
  taskQueue?: string;
  /** Where Temporal is, as error messages name it. */
  address?: string;
}

/** Beside these, everything that Temporal's own client takes for its connection: `tls`, `apiKey` and so on. */
export interface ConnectOptions extends ConnectionOptions {
  /** Host and port, such as `127.0.0.1:7233`. */
  address: string;
  /** Default `default`. */
  namespace?: string;
  /** That of the engine's workers. Default `orders`. */
  taskQueue?: string;
  /** Who sends: recorded in Temporal's history, and as `sent_by` with the order. Default: process id and host. */
  identity?: string;
  /** Where the engine has payload keys: `encryptedPayloads(keys)`, with the same ones. Default: nothing is encrypted. */
  dataConverter?: DataConverter;
}

/** `identity`: for whom the call is made, by somebody who calls for several. Default: the client's own. */
export type OrderCallOptions = CallOptions & { identity?: string | undefined };

/** Who asks, and why: recorded with the order. Default: nobody, for no reason. */
export type AskOptions = OrderCallOptions & Partial<Requester>;

/** How the order shall stand, who says so, and why: all three are required. */
export type ResolveOptions = OrderCallOptions & { status: 'cancelled' | 'failed'; requestedBy: string; reason: string };

/**
 * A connection that has gone silent is given up after 16 s, where Temporal's client takes 45, and the next one is tried for
 * no longer than a few seconds at a time. The server wants 10 s between two pings.
 */
const CHANNEL: NonNullable<ConnectionOptions['channelArgs']> = {
  'grpc.keepalive_time_ms': 11_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_reconnect_backoff_ms': 5_000,
  // Otherwise a new connection to the same address would share what the one before it is stuck in.
  'grpc.use_local_subchannel_pool': 1,
};
/**
 * Without the retries of Temporal's client, which don't notice that a call was aborted: one that comes due when the
 * connection is closed throws in a timer, and ends the process ("Channel has been shut down", seen in 1.24.0).
 */
const CONNECTION_DEFAULTS: ConnectionOptions = { connectTimeout: 5_000, interceptors: [], channelArgs: CHANNEL };
/** The engine gives the exchange 30 s, three times over. */
const SYNC_TIMEOUT_MS = 100_000;

/**
 * Every method rejects with an OrderSyncError (TemporalUnavailableError and WaitTimeoutError can come from any), or with
 * the signal's reason when it is aborted. `timeoutMs` is 10,000 by default where a method does not say otherwise.
 */
export class OrderSyncClient {
  readonly #engine: Engine;
  readonly #calls: OrderCalls;
  /** The one that `connect` opened, and how to open another. */
  #own: { connection: Connection; options: ConnectionOptions } | null = null;

  /** Uses a client of Temporal's that is there already; `close` leaves its connection open. */
  constructor(client: Client, { taskQueue = 'orders', address }: ClientOptions = {}) {
    this.#engine = { client, taskQueue };
    this.#calls = new OrderCalls(this.#engine, {
      temporal: temporalAt(address, client.options.namespace),
      onSilent: (silent) => this.#replaceConnection(silent),
    });
  }

  /** Rejects with TemporalUnavailableError after 5 s without a connection (`connectTimeout`). */
  static async connect(options: ConnectOptions): Promise<OrderSyncClient> {
    const {
      namespace = 'default',
      taskQueue = 'orders',
      identity,
      dataConverter = UNENCRYPTED.dataConverter,
      ...connectionOptions
    } = options;
    const { address } = options;
    const temporal = temporalAt(address, namespace);
    try {
      const own = { ...CONNECTION_DEFAULTS, ...connectionOptions };
      const connection = await Connection.connect(own);
      const temporalClient = new Client({
        connection,
        namespace,
        dataConverter,
        ...(identity !== undefined && { identity }),
      });
      const client = new OrderSyncClient(temporalClient, { taskQueue, address });
      client.#own = { connection, options: own };
      return client;
    } catch (error) {
      const known = translate(error, { clientOrderId: '', taskQueue, temporal });
      throw known instanceof OrderSyncError ? known : unreachable(temporal, messageOf(error));
    }
  }

  /** Closes the connection that `connect` opened. */
  async close(): Promise<void> {
    await this.#own?.connection.close();
  }

  /**
   * A connection that is accepted and goes silent while it is set up is waited for without an end (grpc-js 1.14.7), so one
   * that does not answer is given up. Calls that still wait on it fail, and are repeated on the next one.
   */
  #replaceConnection(silent: Client): void {
    if (this.#own === null || this.#engine.client !== silent) return;
    const { connection, options } = this.#own;
    const next = Connection.lazy(options);
    this.#own = { connection: next, options };
    const { namespace, identity, loadedDataConverter: dataConverter } = silent.options;
    this.#engine.client = new Client({ connection: next, namespace, identity, dataConverter });
    void connection.close();
  }

  /**
   * Places an order and answers what is known of it within about a second: often its end already (`isEnded`), at least
   * that the intent is committed. Idempotent: the same request again answers the present state of the first order and
   * never places a second one.
   *
   * Rejects with InvalidOrderRequestError, ClientOrderIdConflictError or PlacementHaltedError; then nothing was placed. After any other error
   * the order may have been placed: repeat the call with the same request to learn that.
   */
  async place(request: OrderRequest, options: OrderCallOptions = {}): Promise<OrderState> {
    const checked = checkOrderRequest(request);
    if (checked.kind !== 'complete') {
      throw new InvalidOrderRequestError(checked.kind === 'malformed' ? checked.errors : checked.missing);
    }
    const { given } = checked;
    return this.#calls.any(given.clientOrderId, options, (engine) =>
      updateWithStart<OrderState>(engine, given, 'place', given),
    );
  }

  /** The last committed state, of an ended order too, as long as Temporal keeps it. Rejects with OrderNotFoundError. */
  state(clientOrderId: string, options: CallOptions = {}): Promise<OrderState> {
    return this.#calls.known(clientOrderId, options, (engine) => readState(engine, clientOrderId));
  }

  /**
   * The outcome as soon as the order has ended, that is, no longer blocks the bot on its product. Its fills may be listed
   * a moment later (`fillsComplete`). Waits without an end unless `timeoutMs` is given, and outlives absences of Temporal
   * and of the workers. Rejects with OrderNotFoundError, or with OrderWorkflowStoppedError when nobody watches the order
   * any more.
   */
  waitForRelease(clientOrderId: string, options: CallOptions = {}): Promise<OrderOutcome> {
    return this.#calls.known(clientOrderId, withDefault(options, Infinity), (engine, stop) =>
      readOutcome(engine, clientOrderId, stop),
    );
  }

  /**
   * Asks the exchange now and records what it says, of an ended order too. With the exchange out of reach nothing is
   * changed, and the report's `error` says why. `timeoutMs` is 100,000 by default. Rejects with OrderNotFoundError.
   */
  sync(clientOrderId: string, { requestedBy, reason, ...options }: AskOptions = {}): Promise<SyncReport> {
    const argument = requester(requestedBy, reason);
    return this.#calls.known(clientOrderId, withDefault(options, SYNC_TIMEOUT_MS), (engine) =>
      updateWithStart<SyncReport>(engine, { clientOrderId }, 'syncNow', argument),
    );
  }

  /** As `sync`, but resolves once the request is recorded. */
  requestSync(clientOrderId: string, { requestedBy, reason, ...options }: AskOptions = {}): Promise<void> {
    const argument = requester(requestedBy, reason);
    return this.#calls.known(clientOrderId, options, (engine) =>
      signalWithStart(engine, clientOrderId, 'manualSync', argument),
    );
  }

  /**
   * Records the request to cancel the order; whether it was cancelled or filled first, `waitForRelease` answers. Rejects with
   * OrderNotFoundError, or with OrderEndedError where there is nothing left to cancel.
   */
  cancel(clientOrderId: string, { requestedBy, reason, ...options }: AskOptions = {}): Promise<void> {
    const argument = requester(requestedBy, reason);
    return this.#calls.known(clientOrderId, options, (engine) =>
      signalWithStart(engine, clientOrderId, 'cancelOrder', argument),
    );
  }

  /**
   * Ends an order that cannot be verified, by an operator's decision. The exchange is asked first: another end that it shows
   * is recorded instead. Safe to repeat: the same resolution again is answered like the first. `timeoutMs` is 100,000 by
   * default. Rejects with InvalidResolutionError, OrderNotFoundError, or ResolveRefusedError where the exchange does not
   * answer or contradicts, or the order has ended.
   */
  async resolve(clientOrderId: string, options: ResolveOptions): Promise<OrderState> {
    const { status, requestedBy, reason, ...callOptions } = options;
    const argument = { status, requestedBy, reason };
    const read = readResolution(argument);
    if (read.kind === 'malformed') throw new InvalidResolutionError(read.errors);
    return this.#calls.known(clientOrderId, withDefault(callOptions, SYNC_TIMEOUT_MS), (engine) =>
      updateWithStart<OrderState>(engine, { clientOrderId }, 'resolveOrder', argument),
    );
  }
}

function temporalAt(address: string | undefined, namespace: string): string {
  return `Temporal${address === undefined ? '' : ` at ${address}`} (namespace ${namespace})`;
}

function withDefault(options: OrderCallOptions, timeoutMs: number): OrderCallOptions {
  return { ...options, timeoutMs: options.timeoutMs ?? timeoutMs };
}

function requester(requestedBy: string | null | undefined, reason: string | null | undefined): Requester {
  return { requestedBy: requestedBy ?? null, reason: reason ?? null };
}
